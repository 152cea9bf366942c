import { CliError } from '../failure.ts';
import { compile, execute, TemplateError } from '../template/execute.ts';
import { type Template, TemplateSyntaxError } from '../template/parse.ts';
import { jsonText, rawView, typedView } from './view.ts';

/**
 * Collects what an `inspect` command shows: indented JSON of all objects, JSON on one line, or a line per object made by
 * a template. A template that does not parse is a CliError with status 64.
 */
export class Inspector {
  readonly #format: string;
  readonly #template: Template | undefined;
  readonly #objects: object[] = [];
  #lines = '';

  constructor(format: string) {
    this.#format = format;
    this.#template = format === '' || format === 'json' ? undefined : parse(format);
  }

  /** Takes an object in; CliError if the template fails on it (the objects after it are shown all the same). */
  add(object: object): void {
    if (this.#template === undefined) this.#objects.push(object);
    else this.#lines += `${runTemplate(this.#template, object)}\n`;
  }

  /** All that is to be printed. */
  get output(): string {
    // Go's inspector ends an empty result with a newline, too.
    if (this.#template !== undefined) return this.#lines === '' ? '\n' : this.#lines;
    return `${jsonText(this.#objects, this.#format === 'json' || this.#objects.length === 0 ? 0 : 4)}\n`;
  }
}

function parse(format: string): Template {
  try {
    return compile(format);
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new CliError(`template parsing error: ${error.message}`, 64);
    throw error;
  }
}

/** Over Go's structs first, then over the raw JSON; the error of the second is the one shown. */
function runTemplate(template: Template, object: object): string {
  try {
    return execute(template, typedView(object));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  try {
    return execute(template, rawView(object), { missingKeyError: true });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`template parsing error: ${error.message}`);
    throw error;
  }
}
