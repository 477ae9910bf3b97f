import { ChatLineSquare, Goods, Memo, QuestionFilled } from '@element-plus/icons-vue';
import type { Module } from '@/app/module';
import { useSession } from '@/app/session';
import { ask } from './editor/first';
import { loadEditor } from './editor/ready';
import en from './en';
import zh from './zh';

export default {
  id: 'scripts',
  routes: [
    { path: '/scripts', component: () => import('./list/ScriptsPage.vue'), meta: { permission: 'scripts.view', title: 'scripts.title' } },
    { path: '/scripts/market', component: () => import('./market/MarketPage.vue'), meta: { permission: 'scripts.view', title: 'scripts.market.title' } },
    { path: '/scripts/unmatched', component: () => import('./unmatched/UnmatchedPage.vue'), meta: { permission: 'scripts.view', title: 'scripts.unmatched.title' } },
    { path: '/scripts/:id(\\d+)', component: () => import('./detail/ScriptPage.vue'), meta: { permission: 'scripts.view', title: 'scripts.one' } },
    { path: '/scripts/:id(\\d+)/edit', component: loadEditor, beforeEnter: (to) => void (useSession().can('scripts.view') && ask(Number(to.params.id))), meta: { permission: 'scripts.view', title: 'scripts.one', bare: true } },
    { path: '/reviews', component: () => import('./reviews/ReviewsPage.vue'), meta: { permission: 'scripts.review', title: 'scripts.review.title' } },
    { path: '/reviews/:id(\\d+)', component: () => import('./reviews/ReviewPage.vue'), meta: { permission: 'scripts.review', title: 'scripts.review.one' } },
  ],
  menu: [
    { title: 'scripts.title', icon: ChatLineSquare, path: '/scripts', group: 'scripts', order: 10, permission: 'scripts.view' },
    { title: 'scripts.market.title', icon: Goods, path: '/scripts/market', group: 'scripts', order: 20, permission: 'scripts.view' },
    { title: 'scripts.review.title', icon: Memo, path: '/reviews', group: 'scripts', order: 30, permission: 'scripts.review' },
    { title: 'scripts.unmatched.title', icon: QuestionFilled, path: '/scripts/unmatched', group: 'scripts', order: 40, permission: 'scripts.view' },
  ],
  messages: { zh, en },
} satisfies Module;
