import { CircleClose } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'dnc',
  routes: [
    { path: '/dnc', component: () => import('./GroupsPage.vue'), meta: { permission: 'dnc.view', title: 'dnc.title' } },
    { path: '/dnc/:id(\\d+)', component: () => import('./GroupPage.vue'), meta: { permission: 'dnc.view', title: 'dnc.title' } },
  ],
  menu: [{ title: 'dnc.title', icon: CircleClose, path: '/dnc', group: 'contacts', order: 10, permission: 'dnc.view' }],
  messages: { zh, en },
} satisfies Module;
