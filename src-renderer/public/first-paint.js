/*
 * Runs before the first paint: a theme that the person chose is set before anything is drawn in the other one.
 * The key is the one of composables/theme.ts.
 */
;(() => {
  const theme = localStorage.getItem('acim.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
})()
