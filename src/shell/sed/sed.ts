import { openRead } from '../../docker/images/tool/files.ts';
import { LineReader } from '../../docker/images/tool/lines.ts';
import { appletUsage, type Flavour } from '../../docker/images/tool/tool.ts';
import { text, utf8 } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import type { Process } from '../../docker/kernel/process.ts';
import type { OpenFile } from '../../docker/kernel/stream.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { Editor } from './editor.ts';
import { readScript, type SedCommand, SedFault } from './script.ts';

interface Invocation {
  quiet: boolean;
  extended: boolean;
  /** Suffix of the backup of `-i`, or undefined without `-i`. */
  inPlace: string | undefined;
  separate: boolean;
  script: string[];
  files: string[];
}

const USAGE = `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...

  -n, --quiet, --silent
                 suppress automatic printing of pattern space
  -e script, --expression=script
                 add the script to the commands to be executed
  -f script-file, --file=script-file
                 add the contents of script-file to the commands to be executed
  -E, -r, --regexp-extended
                 use extended regular expressions in the script
  -i[SUFFIX], --in-place[=SUFFIX]
                 edit files in place (makes backup if SUFFIX supplied)
  -s, --separate
                 consider files as separate rather than as a single
                 continuous long stream.
`;

/** sed(1) of GNU and BusyBox: edits line by line, so it works in the middle of an endless pipe. */
export function* sed(p: Process, flavour: Flavour = 'gnu'): Sys<number> {
  const call = yield* readArguments(p, flavour);
  if (typeof call === 'number') return call;
  let commands: SedCommand[];
  try {
    commands = readScript(call.script.join('\n'), call.extended);
  } catch (error) {
    if (!(error instanceof SedFault)) throw error;
    yield* p.error(
      `sed: ${flavour === 'gnu' ? `${error.at === undefined ? '' : `-e expression #1, char ${error.at}: `}${error.message}` : inBusyBox(error.message)}\n`,
    );
    return error.at === undefined && flavour === 'gnu' ? 4 : 1;
  }
  const editor = new Editor(p, commands, call.quiet);
  const missing = (path: string, why: string): string =>
    flavour === 'gnu' ? `sed: can't read ${path}: ${why}\n` : `sed: ${path}: ${why}\n`;
  const code =
    call.inPlace === undefined && !call.separate
      ? yield* editStream(p, editor, call.files, missing)
      : yield* editEach(p, editor, call, missing);
  return flavour === 'busybox' ? Math.min(code, 1) : code;
}

/** BusyBox's words for what is wrong with a script. */
function inBusyBox(fault: string): string {
  const unknown = /^unknown command: `(.*)'$/.exec(fault);
  if (unknown !== null) return `unsupported command ${unknown[1]}`;
  if (/^unterminated /.test(fault)) return "unmatched '/'";
  if (/^unknown option to `s'/.test(fault)) return 'bad option in substitution expression';
  if (/^unexpected `,'/.test(fault)) return 'no address after comma';
  if (/^missing filename/.test(fault)) return 'empty filename';
  return fault.replace(/`(.*)'$/, "'$1'");
}

function* readArguments(p: Process, flavour: Flavour): Sys<Invocation | number> {
  const usage = flavour === 'gnu' ? USAGE : yield* appletUsage(p);
  const call: Invocation = {
    quiet: false,
    extended: false,
    inPlace: undefined,
    separate: false,
    script: [],
    files: [],
  };
  const words = p.argv.slice(1);
  const operands: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words.splice(0));
      break;
    }
    const long = /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(word);
    if (long !== null) {
      const [, name = '', value] = long;
      if (name === 'quiet' || name === 'silent') call.quiet = true;
      else if (name === 'regexp-extended') call.extended = true;
      else if (name === 'expression') call.script.push(value ?? words.shift() ?? '');
      else if (name === 'file') call.script.push(yield* scriptFile(p, value ?? words.shift() ?? ''));
      else if (name === 'in-place') call.inPlace = value ?? '';
      else if (name === 'separate') call.separate = true;
      else if (name === 'version') {
        yield* p.print('sed (GNU sed) 4.9\n');
        return 0;
      } else if (name === 'help') {
        yield* p.print(USAGE);
        return 0;
      } else if (!['unbuffered', 'posix', 'sandbox', 'null-data', 'line-length', 'debug'].includes(name)) {
        yield* p.error(`sed: unrecognized option '${word}'\n${usage}`);
        return 1;
      }
      continue;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? '';
      const rest = word.slice(at + 1);
      if (letter === 'n') call.quiet = true;
      else if (letter === 'E' || letter === 'r') call.extended = true;
      else if (letter === 's') call.separate = true;
      else if (letter === 'u' || letter === 'z') continue;
      else if (letter === 'e' || letter === 'f' || letter === 'i') {
        if (letter === 'i') call.inPlace = rest;
        else {
          const value = rest === '' ? (words.shift() ?? '') : rest;
          call.script.push(letter === 'e' ? value : yield* scriptFile(p, value));
        }
        break;
      } else {
        yield* p.error(`sed: invalid option -- '${letter}'\n${usage}`);
        return 1;
      }
    }
  }
  if (call.script.length === 0) {
    const script = operands.shift();
    if (script === undefined) {
      yield* p.error(usage);
      return 1;
    }
    call.script.push(script);
  }
  call.files = operands;
  return call;
}

function* scriptFile(p: Process, path: string): Sys<string> {
  try {
    return text(p.fs.read(path, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }))
      .replace(/^#n\n/, '')
      .replace(/\n$/, '');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`sed: couldn't open file ${path}: ${error.message}\n`);
    return p.exit(1);
  }
}

/** All files as one stream, to standard output. */
function* editStream(
  p: Process,
  editor: Editor,
  paths: readonly string[],
  missing: (path: string, why: string) => string,
): Sys<number> {
  const queue = paths.length === 0 ? ['-'] : [...paths];
  let code = 0;
  let reader: LineReader | undefined;
  let file: OpenFile | undefined;
  const source = {
    *next(): Sys<{ line: string; open: boolean } | undefined> {
      for (;;) {
        if (reader === undefined) {
          const path = queue.shift();
          if (path === undefined) return undefined;
          try {
            if (path !== '-' && p.fs.isDirectory(path, p.cwd)) {
              yield* p.error(`sed: read error on ${path}: Is a directory\n`);
              code = 2;
              continue;
            }
            file = openRead(p, path);
          } catch (error) {
            if (!(error instanceof Errno)) throw error;
            yield* p.error(missing(path, error.message));
            code = 2;
            continue;
          }
          reader = new LineReader(file);
        }
        const line = yield* reader.next();
        if (line !== undefined) return { line, open: reader.unterminated };
        file?.release();
        reader = undefined;
      }
    },
  };
  const end = yield* editor.run(source, (out) => p.print(out));
  return end ?? code;
}

/** Each file by itself; with `-i` its text is replaced. */
function* editEach(
  p: Process,
  editor: Editor,
  call: Invocation,
  missing: (path: string, why: string) => string,
): Sys<number> {
  let code = 0;
  for (const path of call.files) {
    const as = { uid: p.uid, gid: p.gid, groups: p.groups };
    let before: Uint8Array;
    try {
      if (p.fs.isDirectory(path, p.cwd)) {
        yield* p.error(`sed: couldn't edit ${path}: not a regular file\n`);
        code = 4;
        continue;
      }
      before = p.fs.read(path, p.cwd, as);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* p.error(missing(path, error.message));
      code = 2;
      continue;
    }
    const whole = text(before);
    const lines = whole.split('\n');
    const open = lines.at(-1) !== '';
    if (!open) lines.pop();
    let at = 0;
    const source = {
      *next(): Sys<{ line: string; open: boolean } | undefined> {
        const line = lines[at++];
        return line === undefined ? undefined : { line, open: open && at === lines.length };
      },
    };
    let out = '';
    const end = yield* editor.run(source, function* (piece) {
      if (call.inPlace === undefined) yield* p.print(piece);
      else out += piece;
    });
    if (call.inPlace !== undefined) {
      if (call.inPlace !== '')
        p.fs.write(
          call.inPlace.includes('*') ? call.inPlace.replaceAll('*', path) : path + call.inPlace,
          before,
          p.cwd,
          as,
        );
      // A new file takes the name of the old one: who holds the old (a bind mount of the file) goes on seeing it.
      const { mode, uid, gid } = p.fs.stat(path, p.cwd);
      const node = { kind: 'file' as const, data: utf8(out), mode, uid, gid, mtime: p.fs.now() };
      p.fs.place(p.fs.resolve(path, p.cwd).absolute, node, '/', as);
    }
    if (end !== undefined) return end;
  }
  return code;
}
