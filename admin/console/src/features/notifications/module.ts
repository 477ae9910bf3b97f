import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'notifications',
  routes: [{ path: '/notifications', component: () => import('./NotificationsPage.vue'), meta: { title: 'notifications.title' } }],
  messages: { zh, en },
} satisfies Module;
