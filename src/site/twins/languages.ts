/** The language of a fence that holds this file: `compose.yaml` ⇒ `yaml`, `Dockerfile.dev` ⇒ `dockerfile`. */
export function languageOfFile(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  if (/^Dockerfile/i.test(name)) return 'dockerfile';
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return { yml: 'yaml', py: 'python', conf: 'ini', txt: 'text', '': 'text' }[extension] ?? extension;
}
