import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { CliError } from '../failure.ts';
import { compile, execute, TemplateError } from '../template/execute.ts';
import { TemplateSyntaxError } from '../template/parse.ts';
import { GoStruct, type Value } from '../template/values.ts';
import { jsonText, typedView } from './view.ts';

/**
 * `--format` of `info` and `version`: one object, JSON or a template over it. CliError for a template that fails, which
 * on its way has ended a line already.
 */
export function* printObject(p: Process, format: string, object: object, goType: string): Sys<void> {
  try {
    yield* p.print(renderObject(format, object, goType));
  } catch (error) {
    if (error instanceof CliError && error.code === 1) yield* p.print('\n');
    throw error;
  }
}

function renderObject(format: string, object: object, goType: string): string {
  if (format === 'json') return `${jsonText(object)}\n`;
  try {
    return `${execute(compile(format), named(typedView(object), goType, object))}\n`;
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new CliError(`template parsing error: ${error.message}`, 64);
    if (error instanceof TemplateError) throw new CliError(error.message);
    throw error;
  }
}

/** The top value under its Go type; names of the JSON work, too, where Go's differ. */
function named(value: Value, goType: string, object: object): Value {
  if (!(value instanceof GoStruct)) return value;
  return new GoStruct(goType, value.fields, { json: () => jsonText(object) });
}
