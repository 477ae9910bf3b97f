import type { Module } from '@/app/module';

// The charts have no page of their own; other features show them.
export default {
  id: 'charts',
  routes: [],
  messages: {
    zh: { asTable: '看表格', asChart: '看图表', share: '占比', day: '日期' },
    en: { asTable: 'As table', asChart: 'As chart', share: 'Share', day: 'Day' },
  },
} satisfies Module;
