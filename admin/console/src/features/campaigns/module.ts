import { Headset } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'campaigns',
  routes: [
    { path: '/campaigns', component: () => import('./CampaignListPage.vue'), meta: { permission: 'campaigns.view', title: 'campaigns.title' } },
    { path: '/campaigns/new', component: () => import('./CampaignFormPage.vue'), meta: { permission: 'campaigns.edit', title: 'campaigns.create' } },
    { path: '/campaigns/:id(\\d+)', component: () => import('./CampaignPage.vue'), meta: { permission: 'campaigns.view', title: 'campaigns.one' } },
    { path: '/campaigns/:id(\\d+)/edit', component: () => import('./CampaignFormPage.vue'), meta: { permission: 'campaigns.edit', title: 'campaigns.edit' } },
  ],
  menu: [{ title: 'campaigns.title', icon: Headset, path: '/campaigns', group: 'calling', order: 10, permission: 'campaigns.view' }],
  messages: { zh, en },
} satisfies Module;
