// Runs before the first paint: the chosen theme, or the system's when none is chosen.
const THEMES = ['auto', 'light', 'dark'];
const KEY = 'theme';

function chosenTheme() {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

function applyTheme(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-bs-theme');
  else document.documentElement.setAttribute('data-bs-theme', theme);
}

function drawToggle(button) {
  const theme = chosenTheme();
  const label = `Theme: ${theme === 'auto' ? 'as the system' : theme}`;
  button.hidden = false;
  button.setAttribute('aria-label', label);
  button.title = label;
  for (const icon of button.querySelectorAll('[data-theme-icon]')) icon.hidden = icon.dataset.themeIcon !== theme;
}

applyTheme(chosenTheme());

document.addEventListener('DOMContentLoaded', () => {
  document.querySelectorAll('[data-theme-toggle]').forEach(drawToggle);
});

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-theme-toggle]');
  if (!button) return;
  const theme = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is forbidden: the theme holds for this page.
  }
  applyTheme(theme);
  drawToggle(button);
});
