// Runs before the first paint so that a chosen theme never flashes; a file of its own because the page allows no inline script.
try {
  const theme = localStorage.getItem('holdfast.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be refused; then the system decides.
}
