const STORAGE_KEY = 'muelle-theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const root = document.documentElement;

function currentTheme(): Theme {
  return THEMES.find((theme) => theme === root.dataset['theme']) ?? 'system';
}

/** Applies a theme to this page and remembers it; without storage (private windows) it lasts for this page. */
function applyTheme(theme: Theme): void {
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage is forbidden: nothing to remember.
  }
}

/** Makes the theme button go round system, light and dark; its name says which one is on. */
export function keepTheme(): void {
  const button = document.querySelector<HTMLElement>('[data-action="theme"]');
  if (!button) return;
  const tell = () => {
    button.ariaLabel = button.title = button.dataset[currentTheme()] ?? '';
  };
  button.addEventListener('click', () => {
    applyTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length] ?? 'system');
    tell();
  });
  // Another tab of the site changed it.
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key !== STORAGE_KEY) return;
    applyTheme(THEMES.find((theme) => theme === newValue) ?? 'system');
    tell();
  });
  tell();
}
