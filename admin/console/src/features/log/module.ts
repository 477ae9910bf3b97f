import { List } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'log',
  routes: [{ path: '/log', component: () => import('./LogPage.vue'), meta: { permission: 'log.view', title: 'log.title' } }],
  menu: [{ title: 'log.title', icon: List, path: '/log', group: 'system', order: 10, permission: 'log.view' }],
  messages: { zh, en },
} satisfies Module;
