// Runs before the first paint and before the app's own files are there: what cannot wait for them.
(function () {
  function remembered(key) {
    try { return localStorage.getItem(key); } catch (e) { return null; /* storage is off */ }
  }

  // Nobody who works in the dark sees a white flash. src/app/theme.ts takes over.
  var choice = remembered('outdial.theme') || 'system';
  document.documentElement.classList.toggle('dark', choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches));

  // What the page will ask the server for is asked now. src/api/ahead.ts hands the answers out.
  var asked = window.outdialAhead = { language: remembered('outdial.language') === 'en' ? 'en' : 'zh-CN', answers: {} };
  function ask(path) {
    asked.answers[path] = fetch(path, { headers: { 'Accept-Language': asked.language } });
    asked.answers[path].catch(function () {}); // whoever takes it asks again
  }
  ask('/api/v1/me');

  // The script editor is the largest page: its files and its script do not wait for the app either.
  var script = /^\/scripts\/(\d+)\/edit\/?$/.exec(location.pathname);
  if (!script) return;
  ask('/api/v1/scripts/' + script[1]);
  ask('/api/v1/scripts/' + script[1] + '/draft');
  (document.currentScript.dataset.editor || '').split(' ').filter(Boolean).forEach(function (file) {
    var link = document.createElement('link');
    var style = /\.css$/.test(file);
    link.rel = style ? 'preload' : 'modulepreload';
    if (style) link.as = 'style';
    link.crossOrigin = '';
    link.href = file;
    document.head.appendChild(link);
  });
})();
