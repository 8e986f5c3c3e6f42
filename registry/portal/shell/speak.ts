import { useLanguage, type Language } from '../i18n/language.js';
import { useTexts } from '../i18n/texts.js';
import { toast } from '../parts/toasts.js';
import { useChoose } from './preferences.js';
import { texts } from './texts.js';

/** The person's language, and how to choose another: at once, and kept for every browser. */
export function useSpeak(): { language: Language; speak: (next: Language) => void } {
  const t = useTexts(texts);
  const { language, choose } = useLanguage();
  const keep = useChoose();
  return {
    language,
    speak: (next) => {
      choose(next);
      keep.mutate(() => ({ language: next }), {
        onError: () => toast({ message: t('notKept'), tone: 'bad' }),
      });
    },
  };
}
