/** Calls once in the next frame of the screen, however often it is asked; in a hidden tab after a moment. */
export function oncePerFrame(draw: () => void): () => void {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    const run = () => {
      if (!scheduled) return;
      scheduled = false;
      clearTimeout(late);
      draw();
    };
    // Frames stop in hidden tabs; the worker waits for its output to be drawn, so a timer steps in.
    const late = setTimeout(run, 200);
    requestAnimationFrame(run);
  };
}
