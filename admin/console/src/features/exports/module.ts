import { Download } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'exports',
  routes: [{ path: '/exports', component: () => import('./ExportsPage.vue'), meta: { permission: 'calls.view', title: 'exports.title' } }],
  // Everybody sees their own; what a role may not export, it has none of.
  menu: [{ title: 'exports.title', icon: Download, path: '/exports', group: 'calling', order: 80, permission: 'calls.view' }],
  messages: { zh, en },
} satisfies Module;
