import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'session',
  routes: [
    { path: '/sign-in', component: () => import('./SignInPage.vue'), meta: { bare: true, open: true, title: 'session.signIn' } },
    { path: '/first-password', component: () => import('./FirstPasswordPage.vue'), meta: { bare: true, title: 'session.first.title' } },
  ],
  messages: { zh, en },
} satisfies Module;
