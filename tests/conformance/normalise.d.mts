/** Types of normalise.mjs, which is copied as it is from the recordings' tools. */
export interface RecordedStep {
  command: string;
  stdout: string;
  stderr: string;
  exit: number;
}
export function normaliser(): (text: string) => string;
export function normaliseTranscript(transcript: { steps: RecordedStep[] }): RecordedStep[];
