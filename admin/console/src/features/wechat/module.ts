import { ChatDotRound } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'wechat',
  routes: [{ path: '/wechat', component: () => import('./RobotsPage.vue'), meta: { permission: 'wechat.view', title: 'wechat.title' } }],
  menu: [{ title: 'wechat.title', icon: ChatDotRound, path: '/wechat', group: 'resources', order: 40, permission: 'wechat.view' }],
  messages: { zh, en },
} satisfies Module;
