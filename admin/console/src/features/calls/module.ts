import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'calls',
  routes: [
    { path: '/campaigns/:id(\\d+)/calls', component: () => import('./CampaignCallsPage.vue'), meta: { permission: 'calls.view', title: 'calls.finished' } },
    { path: '/calls/:id', component: () => import('./CallPage.vue'), meta: { permission: 'calls.view', title: 'calls.detail.title' } },
  ],
  messages: { zh, en },
} satisfies Module;
