/** Megabytes of output after which a command is stopped. */
export const FLOOD_MEGABYTES = 10;
