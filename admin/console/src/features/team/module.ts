import { UserFilled } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'team',
  routes: [{ path: '/team', component: () => import('./TeamPage.vue'), meta: { permission: 'team.view', title: 'team.title' } }],
  menu: [{ title: 'team.title', icon: UserFilled, path: '/team', group: 'organisation', order: 20, permission: 'team.view' }],
  messages: { zh, en },
} satisfies Module;
