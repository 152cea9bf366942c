import { CliError } from '../failure.ts';
import { compile, execute, TemplateError } from '../template/execute.ts';
import { TemplateSyntaxError } from '../template/parse.ts';
import { jsonText, rawView, typedView } from './view.ts';

/** What `docker inspect` finds for the given names: objects, and the failures to report after them. */
export interface Found {
  readonly objects: readonly object[];
  readonly errors: readonly string[];
}

/**
 * The output of every `inspect` command: indented JSON of all objects, or a line per object made by the template.
 * Throws CliError with status 64 for a template that does not parse; `failure` is what to say for one that fails.
 */
export function renderInspect(
  format: string,
  objects: readonly object[],
): { output: string; failure: string | undefined } {
  if (format === '')
    return { output: `${objects.length === 0 ? '[]' : jsonText(objects, 4)}\n`, failure: undefined };
  if (format === 'json') return { output: `${jsonText(objects)}\n`, failure: undefined };
  let template: ReturnType<typeof compile>;
  try {
    template = compile(format);
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new CliError(`template parsing error: ${error.message}`, 64);
    throw error;
  }
  let output = '';
  for (const object of objects) {
    const line = runTemplate(template, object);
    if (line instanceof TemplateError)
      return { output: `${output}\n`, failure: `template parsing error: ${line.message}` };
    output += `${line}\n`;
  }
  // Go's inspector ends an empty result with a newline, too.
  return { output: objects.length === 0 ? '\n' : output, failure: undefined };
}

/** Over Go's structs first, then over the raw JSON; the error of the second is the one shown. */
function runTemplate(template: ReturnType<typeof compile>, object: object): string | TemplateError {
  try {
    return execute(template, typedView(object));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  try {
    return execute(template, rawView(object), { missingKeyError: true });
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}
