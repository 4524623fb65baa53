//! Words of subjects by which robots are known in many languages: the weakest sign, for mail without any other.

use crate::wire::text;

use super::Mail;

/// Subjects that begin so are answers of robots: absences and receipts.
const ABSENCES: &[&str] = &[
    // English
    "out of office",
    "out of the office",
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automated reply",
    "automatic response",
    "away until",
    "away from my mail",
    "away from the office",
    "on vacation",
    "vacation reply",
    "vacation message",
    "i am out of",
    "i'm out of office",
    "ooo:",
    "i am away",
    "on leave",
    "on annual leave",
    "on holiday until",
    // German
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "abwesend",
    "abwesenheit:",
    "nicht im büro",
    "außer haus",
    "automatische rückantwort",
    "automatische rückmeldung",
    "autoantwort",
    "abwesenheitsassistent",
    "im urlaub",
    // French
    "réponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "en congé",
    // Spanish
    "respuesta automática",
    "fuera de la oficina",
    "fuera de oficina",
    "respuesta automatica",
    "ausente de la oficina",
    // Portuguese
    "resposta automática",
    "ausência temporária",
    "fora do escritório",
    // Italian
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assenza dall'ufficio",
    // Dutch
    "automatisch antwoord",
    "automatische beantwoording",
    "afwezig",
    "niet aanwezig",
    // Danish, Norwegian, Swedish
    "automatisk svar",
    "autosvar",
    "fraværsmelding",
    "ikke til stede",
    "fraværende",
    "automatiskt svar",
    "frånvaro",
    "fraværsbesked",
    // Finnish, Estonian
    "automaattinen vastaus",
    "poissa",
    "automaatvastus",
    // Polish, Czech, Slovak, Hungarian, Romanian
    "autoodpowiedź",
    "automatyczna odpowiedź",
    "nieobecność w biurze",
    "poza biurem",
    "automatická odpověď",
    "mimo kancelář",
    "automatická odpoveď",
    "automatikus válasz",
    "házon kívül",
    "răspuns automat",
    // Russian, Ukrainian, Bulgarian, Greek
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "автоматичен отговор",
    "αυτόματη απάντηση",
    "εκτός γραφείου",
    // Turkish, Hebrew, Arabic
    "otomatik yanıt",
];

/// The same in scripts without letter case.
const ABSENCES_ELSEWHERE: &[&str] = &[
    "ofis dışında",
    "תשובה אוטומטית",
    "מענה אוטומטי",
    "رد تلقائي",
    "الرد التلقائي",
    "自动回复",
    "自動回覆",
    "自動回信",
    "不在办公室",
    "自動返信",
    "自動応答",
    "不在通知",
    "자동 회신",
    "부재중",
    "자동 응답",
    "trả lời tự động",
    "ตอบกลับอัตโนมัติ",
];

/// Subjects that say so are of servers that could not deliver.
const BOUNCES: &[&str] = &[
    "undeliverable",
    "undelivered",
    "undeliver",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "failure notice",
    "mail delivery",
    "message delivery failure",
    "delivery status notification",
    "delivery notification",
    "delivery report",
    "delivery problem",
    "could not be delivered",
    "cannot be delivered",
    "not delivered",
    "non-delivery",
    "nondelivery",
    "non delivery",
    "returned mail",
    "returned to sender",
    "return to sender",
    "returning message to sender",
    "mail system error",
    "mail failure",
    "mail failed",
    "message not delivered",
    "delivery error",
    "error during delivery",
    "user unknown",
    "unknown user",
    "has not yet been delivered",
    "delayed mail",
    "delivery delayed",
    "mail delivery warning",
    "undelivered mail",
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
    // Others
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "nicht zugestellt",
    "non remis",
    "non distribué",
    "échec de la remise",
    "no se puede entregar",
    "no entregado",
    "não entregue",
    "falha na entrega",
    "mancato recapito",
    "mancata consegna",
    "onbestelbaar",
    "niet bezorgd",
    "kunne ikke leveres",
    "kan inte levereras",
    "oleveransbart",
    "niedostarczon",
    "nedoručiteln",
    "не доставлено",
    "недоставлен",
    "送信できません",
];

/// The same elsewhere.
const BOUNCES_ELSEWHERE: &[&str] = &[
    "недоставленн",
    "配信不能",
    "配信エラー",
    "系统退信",
    "退信",
    "无法投递",
    "無法傳遞",
    "배달되지 않음",
    "teslim edilemedi",
    "αδύνατη η παράδοση",
];

/// A robot that answers, as its subject tells.
pub(crate) fn is_absence(subject: &str) -> bool {
    let subject = folded(subject);
    // Behind the prefix of an answer a person quotes the robot. A letter behind it makes it another word, but scripts
    // without spaces have no such end.
    let at_front = |hint: &str| {
        subject
            .strip_prefix(hint)
            .is_some_and(|rest| !rest.starts_with(|char: char| char.is_alphanumeric() && char < '\u{3000}'))
    };
    ABSENCES.iter().chain(ABSENCES_ELSEWHERE).any(|hint| at_front(hint))
}

/// A server that could not deliver, as its subject tells. A person may write the same words.
pub(crate) fn is_bounce(subject: &str) -> bool {
    let subject = folded(subject);
    BOUNCES.iter().chain(BOUNCES_ELSEWHERE).any(|hint| subject.contains(hint))
}

/// A person answers or passes on what a server wrote.
pub(crate) fn is_passed_on(mail: &Mail) -> bool {
    let subject = folded(mail.subject.as_deref().unwrap_or_default());
    ["re:", "fwd:", "fw:", "aw:", "wg:", "tr:", "rv:", "sv:", "vs:"]
        .iter()
        .any(|prefix| subject.starts_with(prefix))
}

fn folded(subject: &str) -> String {
    let subject = text::line(subject, 998).to_lowercase().replace('’', "'");
    subject.trim_start_matches(['[', '*', '!', '"', '«', '„', '“', ' ']).to_owned()
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
        ] {
            assert!(is_absence(subject), "{subject}");
        }
        for subject in ["Re: Automatic reply: order", "My out of office does not work", "Poissaolo", ""] {
            assert!(!is_absence(subject), "{subject}");
        }
    }
}
