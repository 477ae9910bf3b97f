import { Connection } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'trunks',
  routes: [{ path: '/trunks', component: () => import('./TrunksPage.vue'), meta: { permission: 'trunks.view', title: 'trunks.title' } }],
  menu: [{ title: 'trunks.title', icon: Connection, path: '/trunks', group: 'resources', order: 20, permission: 'trunks.view' }],
  messages: { zh, en },
} satisfies Module;
