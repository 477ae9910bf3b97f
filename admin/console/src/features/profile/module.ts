import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'profile',
  routes: [{ path: '/profile', component: () => import('./ProfilePage.vue'), meta: { title: 'profile.title' } }],
  messages: { zh, en },
} satisfies Module;
