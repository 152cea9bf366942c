/**
 * With `SNIPPETS=warn npm run build` a snippet that ends otherwise than the page says is only warned about, with what it
 * did on the page; for work on pages and looks while a command is still missing in the simulator. The default is to fail.
 */
export function onlyWarn(): boolean {
  return process.env['SNIPPETS'] === 'warn';
}
