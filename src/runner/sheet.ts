/** Puts a style sheet to work. Made by script, it needs neither a request nor an exception from the page's policy. */
export function adoptStyles(styles: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
}
