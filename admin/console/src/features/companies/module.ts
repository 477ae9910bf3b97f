import { OfficeBuilding } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import en from './en';
import zh from './zh';

export default {
  id: 'companies',
  routes: [
    { path: '/companies', component: () => import('./CompaniesPage.vue'), meta: { permission: 'companies.view', title: 'companies.title' } },
    { path: '/companies/:id(\\d+)', component: () => import('./CompanyPage.vue'), meta: { permission: 'companies.view', title: 'companies.title' } },
  ],
  menu: [{ title: 'companies.title', icon: OfficeBuilding, path: '/companies', group: 'organisation', order: 10, permission: 'companies.view' }],
  messages: { zh, en },
} satisfies Module;
