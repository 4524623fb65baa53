//! The words that programs put before a subject, in lower case and without their colon.

/// What a prefix says of a mail's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    AutoReply,
    Bounce,
    Receipt,
    Calendar,
}

/// Prefixes of answers.
pub(super) const REPLIED: &[&str] = &[
    "re", "ré", "aw", "antw", "antwort", "sv", "svar", "ref", "réf", "rép", "rep", "réponse", "rif", "ris", "risp", "risposta", "res", "resp",
    "resposta", "respuesta", "odp", "odpowiedź", "vá", "va", "válasz", "ynt", "yan", "yanıt", "cvp", "απ", "απάντηση", "σχετ", "σχε", "ans", "atb",
    "bls", "tl", "trả lời", "bal", "balas", "rpta", "ha", "отв", "отг", "ответ", "відп", "відповідь", "на", "от", "re/", "odpověď", "odp.", "odpoveď",
    "vast", "vs/re", "vl/re", "răsp", "rsp", "raspuns", "răspuns", "nal", "atsakymas", "atb.", "vastus", "השב", "תגובה", "תשובה", "תשו", "رد", "الرد", "ردّ", "پاسخ",
    "回复", "回覆", "答复", "答覆", "回信", "返信", "返", "회신", "답장", "답글", "ตอบ", "ตอบกลับ", "उत्तर", "re-", "sagot", "tugon", "odgovor", "ou", "fá", "svör",
    "回", "rv: re", "gw", "ta", "ad", "ndër", "jav",
];

/// Prefixes of forwards. `vs` is one in Danish and Norwegian; [`IN_LANGUAGE`] comes first.
pub(super) const FORWARDED: &[&str] = &[
    "fwd", "fw", "forward", "forwarded", "wg", "weitergeleitet", "vs", "videresendt", "vb", "vidarebefordrat", "vidarebefordran", "vl", "välitetty", "fs", "doorst",
    "doorgestuurd", "dst", "tr", "transf", "transféré", "rv", "reenv", "reenviado", "enc", "encaminhado", "encaminhada", "inoltro", "inoltrato", "inol", "pd", "przekazano", "podaj dalej",
    "továbbítás", "tovább", "tov", "ilt", "i̇lt", "ilet", "iletilen", "πρθ", "προωθ", "προώθηση", "ct", "chuyển tiếp", "trs", "terusan", "teruskan", "diteruskan", "yml", "ymlaen",
    "пересл", "переслано", "пер", "пересылка", "fwd/", "fvd", "прсл", "перенапр", "препр", "препратено", "přep", "přeposlaná", "přeposláno", "fwd.", "prep", "preposlané", "redir", "redirecționat", "red",
    "rd", "proslijeđeno", "posr", "pārsūtīts", "persiųsta", "edastatud", "hj", "הועבר", "העברה", "إعادة توجيه", "تمرير", "إعادة", "转发", "轉寄", "轉發", "转寄", "転送", "전달", "fwd:전달",
    "ส่งต่อ", "अग्रेषित", "ipinasa", "naipasa", "framsent", "áfr", "reenvío", "reenvio",
];

/// Words that count in mailboxes of these languages only, before all others: whether they are answers.
pub(super) const IN_LANGUAGE: &[(&str, bool, &[&str])] = &[
    ("r", true, &["it", "pt", "es"]),
    ("i", false, &["it"]),
    ("a", true, &["de"]),
    ("w", false, &["de"]),
    ("vs", true, &["fi"]),
    ("o", true, &["pl", "cs"]),
    ("v", true, &["hu"]),
    ("y", true, &["tr"]),
    ("π", false, &["el"]),
];

/// Prefixes that tell of the class.
pub(super) const HINTS: &[(Hint, &[&str])] = &[
    (Hint::AutoReply, &[
        "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "automatic response", "out of office", "out of the office",
        "out-of-office", "ooo", "out of office autoreply", "out of office auto-reply", "vacation", "on vacation", "away", "abwesenheitsnotiz", "automatische antwort", "abwesend", "abwesenheit",
        "automatische abwesenheitsnotiz", "réponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "absence", "respuesta automática", "respuesta automatica",
        "fuera de la oficina", "fuera de oficina", "resposta automática", "ausência temporária", "fora do escritório", "ausente", "risposta automatica", "fuori sede", "fuori ufficio", "automatisch antwoord",
        "afwezig", "automatische beantwoording", "afwezigheidsbericht", "autosvar", "frånvaro", "frånvarande", "automatiskt svar", "automatisk svar", "fraværende", "fravær", "ikke til stede",
        "automaattinen vastaus", "poissa", "autom. vastaus", "automatyczna odpowiedź", "odpowiedź automatyczna", "poza biurem", "automatická odpověď", "mimo kancelář", "automatická odpoveď",
        "automatikus válasz", "házon kívül", "räspuns automat", "răspuns automat", "otomatik yanıt", "otomatik cevap", "ofis dışında", "αυτόματη απάντηση", "εκτός γραφείου", "автоответ",
        "автоматический ответ", "нет на месте", "автоматична відповідь", "автоматичен отговор", "извън офиса", "תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي", "الرد التلقائي", "خارج المكتب",
        "自动答复", "自动回复", "自動回覆", "自動回應", "不在办公室", "自動返信", "自動応答", "不在通知", "자동 회신", "부재 중", "부재중", "trả lời tự động", "balasan otomatis", "di luar kantor",
        "awtomatikong tugon", "automatski odgovor", "samodejni odgovor",
    ]),
    (Hint::Bounce, &[
        "undeliverable", "undelivered", "undelivered mail", "undelivered mail returned to sender", "returned mail", "mail delivery failed", "delivery failure", "delivery status notification (failure)",
        "delivery status notification (delay)", "failure notice", "delivery delayed", "message not delivered", "unzustellbar", "nicht zustellbar", "non remis", "no entregable", "no se puede entregar",
        "não entregue", "não é possível entregar", "non recapitabile", "onbestelbaar", "kan inte levereras", "olevererbart", "kan ikke leveres", "ei voida toimittaa", "niedostarczalne", "nie można dostarczyć",
        "nedoručitelné", "nedoručiteľné", "kézbesíthetetlen", "nelivrabil", "teslim edilemedi", "δεν είναι δυνατή η παράδοση", "не доставлено", "недоставленное", "не удается доставить", "недоставлено", "לא ניתן למסירה",
        "غير قابل للتسليم", "未送达", "无法送达", "无法传递", "未傳遞的主旨", "無法傳遞", "配信不能", "配信できません", "배달되지 않음", "không thể gửi", "tidak terkirim",
    ]),
    (Hint::Receipt, &[
        "read", "gelesen", "lu", "leído", "leido", "lida", "lido", "letto", "gelezen", "läst", "læst", "lest", "luettu", "przeczytano", "přečteno", "prečítané", "elolvasva", "citit", "okundu", "αναγνώστηκε", "прочтено",
        "прочитано", "נקרא", "مقروءة", "已读", "已讀", "開封済み", "읽음", "not read", "nicht gelesen", "delivered", "zugestellt", "remis", "entregado", "entregue", "return receipt", "read receipt",
    ]),
    (Hint::Calendar, &[
        "accepted", "declined", "tentative", "tentatively accepted", "canceled", "cancelled", "canceled event", "cancelled event", "invitation", "updated invitation", "new time proposed", "zugesagt", "abgelehnt",
        "mit vorbehalt", "mit vorbehalt zugesagt", "abgesagt", "angenommen", "einladung", "aktualisierte einladung", "accepté", "refusé", "provisoire", "annulé", "annulée", "aceptado", "aceptada", "rechazado",
        "rechazada", "provisional", "cancelado", "cancelada", "invitación", "aceite", "aceito", "recusado", "recusada", "accettato", "accettata", "rifiutato", "rifiutata", "annullato", "annullata", "invito", "invitation modifiée",
        "geaccepteerd", "geweigerd", "voorlopig", "geannuleerd", "uitnodiging", "accepterat", "accepterad", "avböjt", "avböjd", "inställt", "inbjudan", "accepteret", "afvist", "aflyst", "akseptert", "avslått",
        "avlyst", "hyväksytty", "hylätty", "peruutettu", "zaakceptowano", "zaakceptowane", "odrzucono", "odwołano", "odwołane", "přijato", "odmítnuto", "zrušeno", "prijaté", "odmietnuté", "zrušené", "elfogadva", "elutasítva",
        "lemondva", "acceptat", "refuzat", "anulat", "kabul edildi", "reddedildi", "iptal edildi", "αποδοχή", "απόρριψη", "ακυρώθηκε", "принято", "отклонено", "отменено", "приглашение", "прийнято", "відхилено",
        "скасовано", "прието", "отказано", "отменено", "התקבל", "נדחה", "בוטל", "تم القبول", "تم الرفض", "ملغى", "تم الإلغاء", "已接受", "已拒绝", "已取消", "已婉拒", "承諾", "辞退", "キャンセル済み", "キャンセル",
        "수락됨", "거절됨", "취소됨", "đã chấp nhận", "đã hủy", "diterima", "ditolak", "dibatalkan",
    ]),
];

/// Words of gateways.
pub(super) const WARNINGS: &[&str] = &["ext", "extern", "external", "externe", "externo", "esterno", "spam", "possible spam", "suspected spam", "junk", "caution", "newsletter"];

/// What stands for no subject.
pub(super) const PLACEHOLDERS: &[&str] = &[
    "(no subject)", "no subject", "(none)", "none", "untitled", "kein betreff", "(kein betreff)", "ohne betreff", "betrefflos", "sans objet", "(aucun objet)", "aucun objet", "pas de sujet", "sin asunto", "(sin asunto)",
    "sem assunto", "(sem assunto)", "nessun oggetto", "senza oggetto", "geen onderwerp", "inget ämne", "(inget ämne)", "utan ämne", "intet emne", "uden emne", "ingen emne", "uten emne", "ei aihetta", "(ei aihetta)", "brak tematu", "bez tematu",
    "bez předmětu", "žádný předmět", "bez predmetu", "nincs tárgy", "tárgy nélkül", "fără subiect", "niciun subiect", "konu yok", "(konu yok)", "konusuz", "χωρίς θέμα", "κανένα θέμα", "без темы", "нет темы", "без теми", "тема відсутня",
    "без тема", "няма тема", "ללא נושא", "אין נושא", "بدون موضوع", "لا يوجد موضوع", "بلا موضوع", "无主题", "無主題", "沒有主旨", "無主旨", "没有主题", "无标题", "件名なし", "無題", "제목 없음", "제목없음", "không có chủ đề", "không chủ đề",
    "tidak ada subjek", "tanpa subjek", "walang paksa", "walang pamagat", "brez zadeve", "bez naslova", "sense assumpte", "hi", "hello", "help", "hallo", "hola", "test", "question", "frage", "re", "fwd", "fw", "aw", "message", "email",
];
