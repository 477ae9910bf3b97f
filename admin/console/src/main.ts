import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { forgetAhead } from './api/ahead';
import App from './app/App.vue';
import { i18n } from './app/i18n';
import { router } from './app/router';
import './app/theme';
import 'element-plus/theme-chalk/dark/css-vars.css';
import './app/style.css';

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app');
void router.isReady().finally(forgetAhead);
