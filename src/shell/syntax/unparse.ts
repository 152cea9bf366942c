import type { AndOr, Command, FunctionCommand, Pipeline, Redirect, Script, Span } from './ast.ts';

/** A function as bash prints it (`type f`, `declare -f`): laid out anew, words as written. */
export function formatFunction(definition: FunctionCommand): string {
  return new Printer(definition).definition(definition, '');
}

class Printer {
  readonly #text: string;
  readonly #offset: number;

  constructor(definition: FunctionCommand) {
    this.#text = definition.source;
    this.#offset = definition.start;
  }

  #source(span: Span): string {
    return this.#text.slice(span.start - this.#offset, span.end - this.#offset);
  }

  definition(command: FunctionCommand, indent: string): string {
    const body =
      command.body.kind === 'group'
        ? this.#block(command.body.body, indent)
        : `{ \n${indent}    ${this.#command(command.body, `${indent}    `)}\n${indent}}`;
    return `${command.name} () \n${indent}${body}${this.#redirects(command.body.redirects)}`;
  }

  #block(body: Script, indent: string): string {
    return `{ \n${this.#script(body, `${indent}    `, false)}\n${indent}}`;
  }

  /** One item a line; all but the last end with `;`, and the last too where a keyword follows. */
  #script(script: Script, indent: string, closed = true): string {
    return script.items
      .map((item, i) => {
        const last = i === script.items.length - 1;
        const end = item.background ? ' &' : last && !closed ? '' : ';';
        return `${indent}${this.#andOr(item, indent)}${end}`;
      })
      .join('\n');
  }

  #andOr(list: AndOr, indent: string): string {
    return [
      this.#pipeline(list.first, indent),
      ...list.rest.map(({ operator, pipeline }) => `${operator} ${this.#pipeline(pipeline, indent)}`),
    ].join(' ');
  }

  #pipeline(pipeline: Pipeline, indent: string): string {
    const commands = pipeline.commands.map((command) => this.#command(command, indent)).join(' | ');
    return `${pipeline.timed === undefined ? '' : 'time '}${pipeline.negated ? '! ' : ''}${commands}`;
  }

  #redirects(redirects: readonly Redirect[]): string {
    return redirects.map((redirect) => ` ${this.#source(redirect)}`).join('');
  }

  #command(command: Command, indent: string): string {
    const inner = `${indent}    `;
    const after = command.kind === 'simple' ? '' : this.#redirects(command.redirects);
    switch (command.kind) {
      case 'simple':
        return [...command.assignments, ...command.words, ...command.redirects]
          .map((span) => this.#source(span))
          .join(' ');
      case 'group':
        return this.#block(command.body, indent) + after;
      case 'subshell':
        return `( ${this.#script(command.body, '', false).replaceAll('\n', ' ')} )${after}`;
      case 'if': {
        const clauses = command.clauses.map(
          ({ test, body }, i) =>
            `${i === 0 ? 'if' : `${indent}else\n${indent}    if`} ${this.#script(test, '')} then\n${this.#script(body, inner)}\n`,
        );
        const otherwise =
          command.otherwise === undefined ? '' : `${indent}else\n${this.#script(command.otherwise, inner)}\n`;
        return `${clauses.join('')}${otherwise}${indent}fi${after}`;
      }
      case 'for':
      case 'select': {
        const words =
          command.words === undefined ? '"$@"' : command.words.map((word) => this.#source(word)).join(' ');
        return `${command.kind} ${command.name} in ${words};\n${indent}do\n${this.#script(command.body, inner)}\n${indent}done${after}`;
      }
      case 'while':
      case 'until':
        return `${command.kind} ${this.#script(command.test, '').replaceAll('\n', ' ')} do\n${this.#script(command.body, inner)}\n${indent}done${after}`;
      case 'case': {
        const items = command.items.map(
          ({ patterns, body, end }) =>
            `${inner}${patterns.map((p) => this.#source(p)).join(' | ')})\n${this.#script(body, `${inner}    `, false)}\n${inner}${end}\n`,
        );
        return `case ${this.#source(command.word)} in \n${items.join('')}${indent}esac${after}`;
      }
      case 'function':
        return this.definition(command, indent);
      default:
        return this.#source(command);
    }
  }
}
