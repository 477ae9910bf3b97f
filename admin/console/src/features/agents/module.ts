import { Service } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'agents',
  routes: [{ path: '/agent-groups', component: () => import('./AgentGroupsPage.vue'), meta: { permission: 'agents.view', title: 'agents.title' } }],
  menu: [{ title: 'agents.title', icon: Service, path: '/agent-groups', group: 'organisation', order: 25, permission: 'agents.view' }],
  messages: { zh, en },
} satisfies Module;
