import type { Process } from '../../../kernel/process.ts';
import type { Command } from '../../call.ts';
import { contextName } from '../../connection.ts';
import { contextFolder, type StoredContext, tlsFolder } from '../../contexts.ts';
import { CliError } from '../../failure.ts';
import { compile, execute, TemplateError } from '../../template/execute.ts';
import { TemplateSyntaxError } from '../../template/parse.ts';
import { GoMap, GoStruct, type Value } from '../../template/values.ts';
import { find } from './context.ts';
import { storedCertificates } from './endpoint.ts';

const struct = (goType: string, fields: Readonly<Record<string, Value>>): GoStruct =>
  new GoStruct(goType, new Map(Object.entries(fields)));

const map = (fields: Readonly<Record<string, Value>>): GoMap => new GoMap(new Map(Object.entries(fields)));

/** docker/cli's contextWithTLSListing: a struct that embeds the metadata, whose fields JSON shows beside its own. */
function listing(p: Process, name: string, { host, description, skipTlsVerify }: StoredContext): GoStruct {
  const memory = '<IN MEMORY>';
  const said = struct('command.DockerContext', { Description: description });
  const endpoint = struct('docker.EndpointMeta', {
    ...(host === '' ? {} : { Host: host }),
    SkipTLSVerify: skipTlsVerify,
  });
  const metadata = {
    Name: name,
    Metadata: description === '' ? map({}) : said,
    Endpoints: map({ docker: endpoint }),
  };
  const files = Object.keys(storedCertificates(p, name)).sort();
  const rest = {
    TLSMaterial: map(files.length === 0 ? {} : { docker: files }),
    Storage: struct('store.StorageInfo', {
      MetadataPath: name === 'default' ? memory : contextFolder(p, name),
      TLSPath: name === 'default' ? memory : tlsFolder(p, name),
    }),
  };
  const shown = struct('', { ...metadata, ...rest });
  return new GoStruct(
    'context.contextWithTLSListing',
    new Map<string, Value>(
      Object.entries({ ...metadata, Metadata: struct('store.Metadata', metadata), ...rest }),
    ),
    { json: () => JSON.stringify(plain(shown)) },
  );
}

/** A template's value as JSON shows it. */
function plain(value: Value): unknown {
  if (value instanceof GoStruct)
    return Object.fromEntries([...value.fields].map(([key, item]) => [key, plain(item as Value)]));
  if (value instanceof GoMap)
    return Object.fromEntries(value.keys.map((key) => [key, plain(value.entries.get(key))]));
  return value;
}

const escaped = (json: string): string =>
  json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

/** What is shown of some contexts: indented JSON, JSON on one line, or a line of a template for each. */
function shown(format: string, contexts: readonly GoStruct[]): string {
  if (format === '' || format === 'json') {
    const objects = contexts.map((context) => JSON.parse(context.json?.() ?? '{}') as unknown);
    return `${escaped(JSON.stringify(objects, null, format === '' && objects.length > 0 ? 4 : 0))}\n`;
  }
  try {
    const template = compile(format);
    return contexts.length === 0
      ? '\n'
      : contexts.map((context) => `${execute(template, context)}\n`).join('');
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new CliError(`template parsing error: ${error.message}`, 64);
    if (error instanceof TemplateError) throw new CliError(`template parsing error: ${error.message}`);
    throw error;
  }
}

/** `docker context inspect` */
export const inspect: Command = {
  flags: { format: 'full' },
  *run({ p, globals, flags, args }) {
    const found: GoStruct[] = [];
    const errors: string[] = [];
    for (const name of args.length === 0 ? [contextName(p, globals)] : args)
      try {
        found.push(listing(p, name, find(p, globals, name)));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        errors.push(error.message);
      }
    try {
      yield* p.print(shown(flags.string('format'), found));
    } catch (error) {
      if (error instanceof CliError && error.code === 1) yield* p.print('\n');
      throw error;
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};
