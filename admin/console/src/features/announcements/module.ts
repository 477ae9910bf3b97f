import { Promotion } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'announcements',
  routes: [{ path: '/announcements', component: () => import('./AnnouncementsPage.vue'), meta: { title: 'announcements.title' } }],
  menu: [{ title: 'announcements.title', icon: Promotion, path: '/announcements', group: 'system', order: 20 }],
  messages: { zh, en },
} satisfies Module;
