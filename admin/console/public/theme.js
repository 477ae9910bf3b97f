// Runs before the first paint, so that nobody who works in the dark sees a white flash. src/app/theme.ts takes over.
(function () {
  var choice = 'system';
  try { choice = localStorage.getItem('outdial.theme') || 'system'; } catch (e) { /* storage is off: the system decides */ }
  var dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
