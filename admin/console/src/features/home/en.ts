import type zh from './zh';

const en: typeof zh = {
  title: 'Home', hello: 'Hello, {name}',
};
export default en;
