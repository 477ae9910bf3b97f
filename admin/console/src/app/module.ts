import type { Component } from 'vue';
import type { RouteRecordRaw } from 'vue-router';
import type { Me, Permission } from '@/api/types';

// The groups of the left menu, in their order.
export const menuGroups = ['home', 'calling', 'scripts', 'contacts', 'resources', 'organisation', 'system'] as const;
export type MenuGroup = (typeof menuGroups)[number];

export interface MenuItem {
  title: string; // a message key
  icon: Component;
  path: string;
  group: MenuGroup;
  order: number; // within its group
  permission?: Permission;
  when?: (me: Me) => boolean; // for what a permission cannot tell, as the kind of the tenant
}

export interface Messages {
  [key: string]: string | Messages;
}

// Module is what a feature folder's module.ts exports as its default. Pages are loaded when they are opened: a route's
// component is `() => import('./SomePage.vue')`.
export interface Module {
  id: string; // also the namespace of its messages
  routes: RouteRecordRaw[];
  menu?: MenuItem[];
  messages: { zh: Messages; en: Messages };
}

declare module 'vue-router' {
  interface RouteMeta {
    title?: string; // a message key, for the window's title
    permission?: Permission;
    bare?: boolean; // without menu and top bar
    open?: boolean; // for whoever has not signed in
  }
}
