//! Words of subjects by which robots are known in many languages: the weakest sign, for mail without any other. The prefixes
//! that go from a subject ([`super::subject`]) are words of these tables, so that none is known here and not there.

use super::subject::{folded, unmarked};

/// Subjects that begin so are answers of robots, if what follows is what they answer.
pub(super) const ABSENCES: &[&str] = &[
    // English
    "out of office",
    "out of the office",
    "out-of-office",
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automated reply",
    "automatic response",
    "away from the office",
    "vacation reply",
    "vacation message",
    "i'm out of office",
    "ooo",
    "i am out of office",
    "i am out of the office",
    "i'm out of the office",
    "i am currently out of",
    "currently out of the office",
    "away from my mail",
    // German
    "automatische antwort",
    "abwesenheitsnotiz",
    "automatische abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "automatische rückantwort",
    "automatische rückmeldung",
    "autoantwort",
    "abwesenheitsassistent",
    "ich bin nicht im büro",
    "ich bin derzeit nicht im büro",
    "ich bin im urlaub",
    // French
    "réponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "je suis absent",
    "je suis en congé",
    // Spanish
    "respuesta automática",
    "fuera de la oficina",
    "fuera de oficina",
    "respuesta automatica",
    "ausente de la oficina",
    "estoy fuera de la oficina",
    // Portuguese
    "resposta automática",
    "resposta automatica",
    "resposta automàtica",
    "ausência temporária",
    // Italian
    "risposta automatica",
    "fuori ufficio",
    "assenza dall'ufficio",
    // Dutch
    "automatisch antwoord",
    "automatische beantwoording",
    "automatische reactie",
    "afwezigheidsbericht",
    "afwezigheidsmelding",
    // Danish, Norwegian, Swedish
    "automatisk svar",
    "autosvar",
    "fraværsmelding",
    "automatiskt svar",
    "fraværsbesked",
    "automatiserat svar",
    "sjálfvirkt svar",
    // Finnish, Estonian, Latvian, Lithuanian
    "automaattinen vastaus",
    "autom. vastaus",
    "automaatvastus",
    "automātiska atbilde",
    "automatinis atsakymas",
    // Polish, Czech, Slovak, Hungarian, Romanian
    "autoodpowiedź",
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "nieobecność w biurze",
    "poza biurem",
    "automatická odpověď",
    "mimo kancelář",
    "automatická odpoveď",
    "automatikus válasz",
    "házon kívül",
    "răspuns automat",
    "räspuns automat",
    // Croatian, Serbian, Slovenian
    "automatski odgovor",
    "samodejni odgovor",
    "аутоматски одговор",
    // Russian, Ukrainian, Bulgarian, Greek
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "автоматичен отговор",
    "нет на месте",
    "извън офиса",
    "αυτόματη απάντηση",
    "εκτός γραφείου",
    // Turkish, Arabic, Basque
    "otomatik yanıt",
    "otomatik yanit",
    "otomatik cevap",
    "ofis dışında",
    "خارج المكتب",
    "erantzun automatikoa",
    // Indonesian, Malay, Filipino
    "balasan otomatis",
    "balasan automatik",
    "di luar kantor",
    "awtomatikong tugon",
];

/// The same words stand in what persons write, unless the whole subject is these or a colon follows.
pub(super) const WEAK_ABSENCES: &[&str] = &[
    "away until",
    "away",
    "on vacation",
    "on leave",
    "i am away",
    "on annual leave",
    "on holiday until",
    "abwesend",
    "abwesenheit",
    "nicht im büro",
    "außer haus",
    "im urlaub",
    "absent",
    "absence",
    "en congé",
    "ausente",
    "ausência",
    "fora do escritório",
    "assente",
    "fuori sede",
    "afwezig",
    "niet aanwezig",
    "ikke til stede",
    "fraværende",
    "fravær",
    "frånvaro",
    "frånvarande",
    "poissa",
    "nieobecny",
    "nieobecna",
    "nieobecność",
    "nepřítomen",
];

/// Words of a trade too: with something else that hints at a robot only.
pub(super) const LOOSE_ABSENCES: &[&str] = &["vacation"];

/// Words by which a robot goes on to say when.
const WHEN: &[&str] = &[
    "until", "till", "from", "through", "bis", "vom", "ab", "jusqu", "du", "desde", "hasta", "del", "dal",
    "fino", "van", "tot", "fra", "til", "från", "do", "od",
];

/// The same in scripts without letter case.
pub(super) const ABSENCES_ELSEWHERE: &[&str] = &[
    "תשובה אוטומטית",
    "מענה אוטומטי",
    "رد تلقائي",
    "الرد التلقائي",
    "自动回复",
    "自动答复",
    "自動答覆",
    "自動回覆",
    "自動回信",
    "自動回應",
    "不在办公室",
    "自動返信",
    "自動応答",
    "不在通知",
    "자동 회신",
    "부재중",
    "부재 중",
    "자동 응답",
    "trả lời tự động",
    "ตอบกลับอัตโนมัติ",
    "स्वचालित उत्तर",
    "پاسخ خودکار",
];

/// Subjects that say so, in front or within, are of servers that could not deliver; behind a colon may stand what was not.
pub(super) const BOUNCES: &[&str] = &[
    "undeliverable",
    "undelivered",
    "undelivered mail",
    "undelivered mail returned to sender",
    "returned mail",
    "mail delivery failed",
    "message delivery failure",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery status notification",
    "delivery status notification (failure)",
    "delivery status notification (delay)",
    "failure notice",
    "delivery delayed",
    "message not delivered",
    // Germanic and Nordic
    "unzustellbar",
    "nicht zustellbar",
    "zustellung fehlgeschlagen",
    "onbestelbaar",
    "kan inte levereras",
    "oleveransbart",
    "olevererbart",
    "kan ikke leveres",
    "kunne ikke leveres",
    "ei voida toimittaa",
    // Romance
    "non remis",
    "échec de la remise",
    "no entregable",
    "no se puede entregar",
    "não entregue",
    "não é possível entregar",
    "falha na entrega",
    "non recapitabile",
    "mancato recapito",
    "nelivrabil",
    // Slavic, Hungarian, Greek, Turkish
    "niedostarczalne",
    "nie można dostarczyć",
    "nedoručitelné",
    "nedoručiteľné",
    "не доставлено",
    "недоставлено",
    "недоставленное",
    "не удается доставить",
    "kézbesíthetetlen",
    "δεν είναι δυνατή η παράδοση",
    "αδύνατη η παράδοση",
    "teslim edilemedi",
    // Elsewhere
    "לא ניתן למסירה",
    "غير قابل للتسليم",
    "未送达",
    "未传递",
    "无法送达",
    "无法传递",
    "无法投递",
    "投递失败",
    "系统退信",
    "退信",
    "未傳遞的主旨",
    "無法傳遞",
    "配信不能",
    "配信できません",
    "配信失敗",
    "배달되지 않음",
    "không thể gửi",
    "tidak terkirim",
];

/// The same within a subject: of a report, or a stem; before a colon persons write some of these too.
const BOUNCES_WITHIN: &[&str] = &[
    "undeliver",
    "mail delivery",
    "delivery notification",
    "delivery report",
    "delivery problem",
    "could not be delivered",
    "cannot be delivered",
    "not delivered",
    "non-delivery",
    "nondelivery",
    "non delivery",
    "returned to sender",
    "return to sender",
    "returning message to sender",
    "mail system error",
    "mail failure",
    "mail failed",
    "delivery error",
    "error during delivery",
    "user unknown",
    "unknown user",
    "has not yet been delivered",
    "delayed mail",
    "could not send message",
    "rejected mail",
    "message rejected",
    "error sending your mail",
    "failed mail",
    "bounced mail",
    "mail bounced",
    "delivery unsuccessful",
    "mailbox full",
    "quota exceeded",
    "are not member",
    "post rejected",
    "nicht zugestellt",
    "non distribué",
    "no entregado",
    "mancata consegna",
    "niet bezorgd",
    "niedostarczon",
    "nedoručiteln",
    "недоставлен",
    "送信できません",
    "配信エラー",
    "エラーメール",
    "送信失敗",
    "发送失败",
    "전송 실패",
];

/// A robot that answers, as its subject tells. `is_loose` where something else hints at a robot too: then its subject need
/// not be of a form that persons do not use.
pub(crate) fn is_absence(subject: &str, is_loose: bool) -> bool {
    let subject = folded(subject);
    // A gateway marks mail in brackets, and so do robots.
    [bare(unmarked(&subject)), bare(&subject)].into_iter().any(|subject| is_absent(subject, is_loose))
}

fn is_absent(subject: &str, is_loose: bool) -> bool {
    // Behind the prefix of an answer a person quotes the robot. A letter behind it makes it another word, but scripts
    // without spaces have no such end.
    let behind = |hint: &str| {
        subject
            .strip_prefix(hint)
            .filter(|rest| !rest.starts_with(|char: char| char.is_alphanumeric() && char < '\u{3000}'))
    };
    let at_front = |hints: &[&str], fits: &dyn Fn(&str) -> bool| {
        hints.iter().filter_map(|hint| behind(hint)).any(|rest| is_loose || fits(rest.trim_start()))
    };
    at_front(ABSENCES, &is_robotic)
        || at_front(ABSENCES_ELSEWHERE, &|_| true)
        || at_front(WEAK_ABSENCES, &|rest| rest.is_empty() || rest.starts_with(':'))
        || at_front(LOOSE_ABSENCES, &|_| false)
        || tells_who(subject)
}

/// How some robots go on behind the name of who is away.
const WHO_IS_AWAY: [&str; 8] = [
    " is out of the office",
    " is out of office",
    " is currently out of the office",
    " ist außer haus",
    " ist nicht im büro",
    " est absent",
    " no está en la oficina",
    " non è in ufficio",
];
/// Words of a name.
const NAME_WORDS: usize = 4;

/// Whether it is a name and that its bearer is away, and then at most until when: `Ann Lee is out of the office (returning
/// 03/09/2026)`. Some write `AUTO:` before it.
fn tells_who(subject: &str) -> bool {
    let name = subject.strip_prefix("auto: ").unwrap_or(subject);
    let parts = WHO_IS_AWAY.iter().find_map(|words| name.split_once(words));
    parts.is_some_and(|(name, rest)| {
        let rest = rest.trim_start_matches("(e)").trim_matches(['.', ' ']);
        (1..=NAME_WORDS).contains(&name.split_whitespace().count())
            && (rest.is_empty() || rest.starts_with('('))
    })
}

/// Whether a robot goes on so: with what it answers behind a colon or a mark, with when it is back, or not at all.
fn is_robotic(rest: &str) -> bool {
    let near = rest.get(..rest.floor_char_boundary(60)).unwrap_or_default();
    let mark = rest.starts_with(|char: char| !char.is_alphanumeric() && !['?', '\'', '/'].contains(&char));
    let word = rest.split(|char: char| !char.is_alphabetic()).next().unwrap_or_default();
    let when = WHEN.contains(&word) || rest.starts_with(|char: char| char.is_ascii_digit());
    rest.is_empty() || mark || when || near.contains(':')
}

/// A server that could not deliver, as its subject tells. A person may write the same words.
pub(crate) fn is_bounce(subject: &str) -> bool {
    let subject = folded(subject);
    BOUNCES.iter().chain(BOUNCES_WITHIN).any(|hint| subject.contains(hint))
}

pub(super) fn bare(subject: &str) -> &str {
    subject.trim_start_matches(['[', '*', '!', '"', '«', '„', '“', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absence_stands_at_the_front_of_the_subject() {
        for subject in [
            "Automatische Antwort: Rechnung",
            "Out of Office: Re: order",
            "Réponse automatique : facture",
            "自动回复: 订单",
            "Автоматический ответ: заказ",
            "[Auto-Reply] your ticket",
            "Otomatik yanıt: sipariş",
            "Poissa: tilaus",
            "Odpowiedź automatyczna: faktura",
            "[EXTERNAL] Automatic reply: order",
            "Re\u{301}ponse automatique : facture",
        ] {
            assert!(is_absence(subject, false), "{subject}");
        }
        for subject in [
            "Re: Automatic reply: order",
            "My out of office does not work",
            "Auto reply does not work",
            "Out of office hours delivery?",
            "On vacation until May, please deliver later",
            "Abwesend bei Lieferung, was nun?",
            "Poissaolo",
            "Vacation: two weeks by the sea?",
            "[dev] Re: Automatic reply: order",
            "",
        ] {
            assert!(!is_absence(subject, false), "{subject}");
        }
        assert!(is_absence("On vacation until May", true));
    }

    #[test]
    fn each_word_stands_as_it_is_compared() {
        for word in
            [ABSENCES, ABSENCES_ELSEWHERE, WEAK_ABSENCES, LOOSE_ABSENCES, BOUNCES, BOUNCES_WITHIN].concat()
        {
            assert_eq!(folded(word), word);
        }
    }
}
