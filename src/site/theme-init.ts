/**
 * Runs in the head before the first paint: marks that JavaScript is there and restores the reader's theme (`light` or `dark`,
 * see `client/theme.ts`), so that neither flashes. Put into the page as text and allowed by its hash (`csp.ts`); a file would
 * block the first paint.
 */
export const themeInit =
  "{const e=document.documentElement;e.className='js';try{const t=localStorage.getItem('muelle-theme');" +
  'if(t)e.dataset.theme=t}catch{}}';
