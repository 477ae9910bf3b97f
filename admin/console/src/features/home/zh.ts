export default {
  title: '首页', hello: '您好，{name}',
};
