import { HomeFilled } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'home',
  routes: [{ path: '/home', component: () => import('./HomePage.vue'), meta: { permission: 'home.view', title: 'home.title' } }],
  menu: [{ title: 'home.title', icon: HomeFilled, path: '/home', group: 'home', order: 10, permission: 'home.view' }],
  messages: { zh, en },
} satisfies Module;
