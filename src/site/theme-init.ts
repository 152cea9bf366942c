/**
 * Runs in the head before the first paint: marks that JavaScript is there and restores the reader's theme, so that
 * neither flashes. Put into the page as text and allowed by its hash (`csp.ts`); a file would block the first paint.
 */
export const themeInit =
  "(e=>{e.classList.add('js');try{const t=localStorage.getItem('muelle-theme');" +
  "if(t==='light'||t==='dark')e.dataset.theme=t}catch{}})(document.documentElement)";
