import { Text } from '@mantine/core';
import { IconLock, IconVideo } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { hasCode } from '../../api/problem.js';
import type { Camera } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useProblemWords } from '../../parts/problem-words.js';
import classes from './camera.module.css';
import { texts } from './texts.js';

/** The newest picture of the camera with its age, or why there is none to be seen. */
export function Still({ camera: { id, name, snapshotAt } }: { camera: Camera }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const problem = useProblemWords();
  const [failedAt, setFailedAt] = useState<string | null>(null);
  const failed = snapshotAt !== null && failedAt === snapshotAt;
  // An image does not say why it cannot be shown; the API does.
  const why = useQuery({
    queryKey: ['stills', id, snapshotAt],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/cameras/{id}/snapshot', { params: { path: { id } }, parseAs: 'blob', signal })),
    enabled: failed,
    retry: false,
  });
  if (snapshotAt === null || failed) {
    const locked = hasCode(why.error, 'forbidden', 'module_disabled');
    return (
      <div className={classes['still']}>
        {locked ? (
          <IconLock size={36} stroke={1.2} aria-hidden />
        ) : (
          <IconVideo size={36} stroke={1.2} aria-hidden />
        )}
        <Text size="sm" ta="center" maw={360}>
          {why.error === null ? t('noPicture') : problem(why.error).detail}
        </Text>
      </div>
    );
  }
  return (
    <figure className={classes['figure']}>
      <img
        key={snapshotAt}
        src={`/api/v1/cameras/${id}/snapshot#${snapshotAt}`}
        alt={t('pictureOf', { name })}
        onError={() => setFailedAt(snapshotAt)}
      />
      <figcaption>{t('pictureTaken', { ago: ago(snapshotAt) })}</figcaption>
    </figure>
  );
}
