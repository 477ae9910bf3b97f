import { Key } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'roles',
  routes: [
    { path: '/roles', component: () => import('./RolesPage.vue'), meta: { permission: 'roles.view', title: 'roles.title' } },
    { path: '/roles/new', component: () => import('./RolePage.vue'), meta: { permission: 'roles.edit', title: 'roles.create' } },
    { path: '/roles/:id(\\d+)', component: () => import('./RolePage.vue'), meta: { permission: 'roles.view', title: 'roles.title' } },
  ],
  menu: [{ title: 'roles.title', icon: Key, path: '/roles', group: 'organisation', order: 30, permission: 'roles.view' }],
  messages: { zh, en },
} satisfies Module;
