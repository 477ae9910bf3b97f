import { ChatLineSquare } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'scripts',
  routes: [{ path: '/scripts', component: () => import('./ScriptsPage.vue'), meta: { permission: 'scripts.view', title: 'scripts.title' } }],
  menu: [{ title: 'scripts.title', icon: ChatLineSquare, path: '/scripts', group: 'resources', order: 10, permission: 'scripts.view' }],
  messages: { zh, en },
} satisfies Module;
