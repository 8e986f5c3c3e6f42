import { useCallback } from 'react';
import { Problem, Unreachable, type ProblemCode } from '../api/problem.js';
import { useRetold, type Retold } from '../i18n/retold.js';
import { useTexts } from '../i18n/texts.js';
import { texts } from './texts.js';

const titles: Retold<ProblemCode> = {
  de: {
    malformed: 'Die Anfrage ist nicht lesbar',
    unauthenticated: 'Bitte zuerst anmelden',
    forbidden: 'Das dürfen Sie nicht',
    account_disabled: 'Dieses Konto ist abgeschaltet',
    module_disabled: 'Dieser Teil ist abgeschaltet',
    email_not_confirmed: 'Bitte zuerst die E-Mail-Adresse bestätigen',
    password_change_required: 'Bitte zuerst das Passwort ändern',
    password_required: 'Bitte das Passwort noch einmal eingeben',
    second_factor_required: 'Bitte zuerst einen zweiten Faktor einrichten',
    not_found: 'Hier ist nichts',
    conflict: 'Das widerspricht dem, was da ist',
    bound_elsewhere: 'Diese Kamera ist anderswo angemeldet',
    idempotency_in_progress: 'Dieselbe Anfrage läuft noch',
    selection_changed: 'Die Auswahl hat sich inzwischen geändert',
    recording_not_permitted: 'Für diese Zeit darf nichts aufgenommen werden',
    precondition_failed: 'Jemand hat es inzwischen geändert',
    too_large: 'Das ist zu groß',
    unsupported_type: 'Diese Art von Inhalt wird hier nicht angenommen',
    digest_mismatch: 'Angekommen ist etwas anderes als angekündigt',
    invalid: 'Einige Angaben stimmen nicht',
    confirmation_required: 'Bitte mit dem genauen Wort bestätigen',
    plan_not_offered: 'Diesen Tarif gibt es hier nicht',
    idempotency_key_reuse: 'Dieser Schlüssel gehört zu einer anderen Anfrage',
    precondition_required: 'Welche Fassung geändert wird, fehlt',
    rate_limited: 'Zu viele Versuche',
    internal: 'Bei uns ist etwas gescheitert',
    unavailable: 'Zurzeit nicht erreichbar',
    storage_full: 'Der Speicher ist voll',
  },
};

/** `{1}`, `{2}`: numbers of the API's sentence, in its order. */
const details: Retold<ProblemCode> = {
  de: {
    malformed: 'Diese Seite hat etwas gesendet, das die Registry nicht versteht. Laden Sie die Seite neu.',
    unauthenticated: 'Ihre Sitzung ist zu Ende. Melden Sie sich wieder an.',
    forbidden: 'Ihre Rechte reichen dafür nicht. Wer über Ihnen steht, kann sie ändern.',
    account_disabled: 'Wer es abgeschaltet hat, kann es wieder einschalten.',
    module_disabled: 'Jemand über Ihnen hat diesen Teil abgeschaltet. Fragen Sie dort.',
    email_not_confirmed: 'Öffnen Sie den Link in dem Brief, der mit dem Konto kam.',
    password_change_required: 'Legen Sie ein neues Passwort fest.',
    password_required: 'Die Sitzung ist schon länger offen, und dies betrifft den Zugang zu einem Konto.',
    second_factor_required: 'Richten Sie ihn unter „Ihr Konto“ ein.',
    not_found: 'Es ist nicht (mehr) da, oder es gehört jemand anderem. Beides sieht absichtlich gleich aus.',
    conflict: 'Sehen Sie nach, was da ist, und entscheiden Sie neu.',
    bound_elsewhere: 'Ein anderer hat dieses Gerät zuerst angemeldet und muss es freigeben.',
    idempotency_in_progress: 'Warten Sie einen Augenblick.',
    selection_changed:
      'Der Filter trifft jetzt {1} Kameras, nicht {2}. Sehen Sie noch einmal hin und bestätigen Sie die neue Zahl.',
    recording_not_permitted: 'Die Kamera oder ihr Kunde war zu dieser Zeit abgeschaltet.',
    precondition_failed: 'Sehen Sie sich den neuen Stand an und ändern Sie dann diesen.',
    too_large: 'Senden Sie weniger auf einmal.',
    unsupported_type:
      'Diese Seite hat etwas gesendet, das die Registry nicht annimmt. Laden Sie die Seite neu.',
    digest_mismatch: 'Unterwegs ging etwas verloren. Senden Sie es noch einmal.',
    invalid: 'Berichtigen Sie die genannten Angaben.',
    confirmation_required: 'Es lässt sich nicht rückgängig machen.',
    plan_not_offered: 'Wählen Sie einen Tarif, der diesem Kunden angeboten wird.',
    idempotency_key_reuse: 'Laden Sie die Seite neu und versuchen Sie es noch einmal.',
    precondition_required: 'Laden Sie die Seite neu und versuchen Sie es noch einmal.',
    rate_limited: 'Warten Sie eine Weile, bevor Sie es noch einmal versuchen.',
    internal: 'Versuchen Sie es noch einmal. Bleibt es dabei, geben Sie die Nummer der Anfrage weiter.',
    unavailable: 'Die Registry startet, endet oder ist überlastet. Versuchen Sie es in ein paar Sekunden.',
    storage_full: 'Der Speicher für Aufnahmen hat keinen Platz. Verloren geht inzwischen nichts.',
  },
};

/** Their sentences name what exactly stands in the way, which no code does. */
const saysMore: readonly ProblemCode[] = ['forbidden', 'module_disabled', 'conflict', 'invalid', 'malformed'];

/** Numbers that stand by themselves in a sentence, not in ids or times. */
const numbersIn = (sentence: string): Record<string, number> =>
  Object.fromEntries(
    [...sentence.matchAll(/(?<![\w.:-])\d+(?![\w:-])/g)].map(([digits], index) => [
      index + 1,
      Number(digits),
    ]),
  );

/** What a refusal says to a person, in their language. */
export function useProblemDetail(): (problem: { code: string; detail: string }) => string {
  const retell = useRetold(details);
  return useCallback(({ code, detail }) => retell(code as ProblemCode, detail, numbersIn(detail)), [retell]);
}

export interface ProblemWords {
  title: string;
  detail: string;
  /** What the API said, where that says more than the words of the person's language; English. */
  said: string | null;
}

/** What went wrong and what to do about it, in the person's language. */
export function useProblemWords(): (error: unknown) => ProblemWords {
  const t = useTexts(texts);
  const title = useRetold(titles);
  const detail = useProblemDetail();
  return useCallback(
    (error) => {
      if (error instanceof Problem) {
        const { code, body } = error;
        const told = detail(body);
        const more = told !== body.detail && saysMore.includes(code);
        return { title: title(code, body.title), detail: told, said: more ? body.detail : null };
      }
      return error instanceof Unreachable
        ? { title: t('unreachable'), detail: t('unreachableWhy'), said: null }
        : { title: t('failed'), detail: t('unknownWhy'), said: null };
    },
    [t, title, detail],
  );
}
