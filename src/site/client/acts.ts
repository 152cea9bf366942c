/** What a page does once the reader acts; `frame.ts` brings it with the first act. */

import '../../runner/boot.ts';
import { adoptStyles } from '../../runner/sheet.ts';
import styles from '../../styles/acts.css?inline';
import { copyPageOnClick } from './copy-page.ts';
import { prefetchOnIntent } from './prefetch.ts';
import { openSearchOnIntent } from './search-intent.ts';
import { followSection } from './sections.ts';
import { explainTerms } from './terms.ts';
import { keepTheme } from './theme.ts';

adoptStyles(styles);
keepTheme();
openSearchOnIntent();
prefetchOnIntent();
copyPageOnClick();
followSection();
// Only some pages have one; awaited, because the click that brought this script may be for it.
if (document.querySelector('.sheet')) (await import('./sheet.ts')).connectSheets();
explainTerms();
