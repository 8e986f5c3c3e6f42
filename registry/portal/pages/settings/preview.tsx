import { Text } from '@mantine/core';
import type { CSSProperties } from 'react';
import type { BrandColor } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './settings.module.css';
import { texts } from './texts.js';

interface Previewed {
  name: string;
  logo: string;
  color: BrandColor;
}

/** What people below will see, in both schemes, before it is kept. Not for a screen reader: it says nothing new. */
export function Preview({ name, logo, color }: Previewed) {
  const t = useTexts(texts);
  const variables = {
    '--try-act': color.nearest,
    '--try-on-act': color.onColor,
    '--try-chosen': color.shades[0],
    '--try-text-light': color.text.light,
    '--try-text-dark': color.text.dark,
  } as CSSProperties;
  return (
    <div aria-hidden>
      <Text size="sm" fw={600} mb={6}>
        {t('preview')}
      </Text>
      <div className={classes['previews']} style={variables}>
        {(['light', 'dark'] as const).map((scheme) => (
          <div key={scheme} className={classes['preview']} data-scheme={scheme}>
            <div className={classes['previewHead']}>
              <img src={logo} alt="" /> <span>{name}</span>
            </div>
            <div className={classes['previewBody']}>
              <span className={classes['previewChosen']}>{t('previewCameras')}</span>
              <span className={classes['previewLink']}>{t('previewLink')}</span>
              <span className={classes['previewAct']}>{t('previewAct')}</span>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
