/** The terminal; loaded when it is opened for the first time. */
import { adoptStyles } from './sheet.ts';
import styles from './terminal.css?inline';
import { MuelleTerminal } from './terminal-element.ts';

adoptStyles(styles);
customElements.define('muelle-terminal', MuelleTerminal);

export { MuelleTerminal };
