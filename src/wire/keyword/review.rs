//! Texts that are no keyword but may ask for no further messages. A reasonable person reads them so, a machine may err:
//! the message stays ordinary, and somebody looks.
//!
//! The texts are folded ([`super::fold`]), so the patterns have small letters without marks, and words stand apart by
//! one space. All patterns are linear.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::fold;

/// Whether a folded text sounds like an opt-out in this language.
pub(super) fn sounds_like_out(language: &str, folded: &str) -> bool {
    let Some((_, heard)) = HEARD.iter().find(|(known, _)| *known == language) else { return false };
    if language != "en" {
        return heard.is_match(folded);
    }
    // `don't stop texting me` and `don't remove me` ask for the contrary; what is left of the text is heard without
    // it.
    heard.is_match(&CONTRARY.replace_all(folded, " "))
}

static HEARD: LazyLock<Vec<(&str, RegexSet)>> = LazyLock::new(|| {
    let set = |patterns: &[&str]| {
        RegexSet::new(patterns.iter().map(|pattern| fold::letters(pattern))).expect("the patterns are ours")
    };
    PATTERNS.iter().map(|(language, patterns)| (*language, set(patterns))).collect()
});

static CONTRARY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(non|(don t|dont|do not|never|won t|will not|did (you|u)|if (you|u)|have (you|u)|has (he|she|it)))",
        r" stop (\w+ )?\w+|\b(don t|dont|do not|never) (remove|delete|unsubscribe|opt) (\w+ )?\w+",
    ))
    .expect("the pattern is ours")
});

/// What is heard as an opt-out, by language.
#[rustfmt::skip]
const PATTERNS: &[(&str, &[&str])] = &[
    ("en", &[
        r"\b(stop|quit|cease) (it with )?((all|these|the|those|your|ur|this|any|with|me) )*(text|texts|texting|txt|txting|txts|messag(e|es|ing)|msg|msgs|sms|contact|contacting|communicat(e|ing|ions?)|emailing|calling|bothering|spamming|harassing|writing|notifying|pinging|spam|promos?|promotions?|ads?|offers|alerts|notifications?|reminders)\b",
        r"\b(stop|quit|cease) sending( (me|us|to|all|any|anymore|these|those|this|that|your|ur|such|more|so many|further|random|stupid|unwanted|unsolicited|automated|promotional|marketing|please|pls|now|it|stuff|things|anything|crap|shit|junk|texts?|txts?|messages?|msgs?|sms|spam|promos?|promotions?|ads?|offers|alerts|notifications?|reminders))*( (texts?|txts?|messages?|msgs?|sms|spam|promos?|promotions?|ads?|offers|alerts|notifications?|reminders)\b|$)",
        r"^(please|pls|plz|kindly) (quit|end|cancel|revoke|opt out)( (please|pls|now|thanks|thank you))*$|^(quit|end|cancel|revoke) (please|pls|plz)$",
        r"^((please|pls|plz|kindly|ok|okay|just|omg|hey|hi|hello|now|can you|could you|will you|would you|i said|i want you to|you need to) )*stop( (it|this|that|now|already|please|pls|plz|immediately|asap|thanks|thank you|today))*$",
        r"\b(unsubscribe|unsubscribed|un subscribe|unsub)\b",
        r"\bopt(ing|ed)? ((me|us|my number|this number) )?out\b|\boptout\b",
        r"\bremove (me|us|my name|my info)( please| pls| now| from .*| off .*)?$",
        r"\bremove (me )?from ((your|the|this|all|any|these|my) )?(\w+ )?lists?\b|\bwant (out|off) of? ?(this|your|the|these) (\w+ )?(list|texts|messages)\b|\bcease and desist\b|^no (more )?(texts?|text messages|messages|msgs|sms)( please| pls| thanks| thank you)*$|\b(never|did not|didn t|didnt) sign(ed)? up\b.*\bstop$",
        r"\btake (me|us) off\b.*\b(list|texts?|messages?|sms|database|system)\b|\btake (me|us) off$",
        r"\b(remove|delete|take|lose) (my|this) (phone |cell |mobile )?number\b",
        r"\b(do not|don t|dont|never|stop) (text|txt|message|msg|contact|sms|write|call|bother|spam|email)( to)? (me|us|this number|my (phone|number|cell)|any ?more|again)\b",
        r"\b(do not|don t|dont) send (me |us )?((any|more|further|any more|anymore|these|such) )*(text|texts|messages|msgs|sms|spam|ads|offers|anything)\b",
        r"\b(do not|don t|dont|no longer|not) (want|wish|need|care|like)( (to|be|get|receive|hear|have|getting|receiving|being|any|these|those|your|more|further|such|the|for))*( \w+)? (text|texts|texted|messages|messaged|sms|msgs|contacted|notifications|alerts|spam|promos?|offers|promotions|ads|marketing)\b",
        r"\b(do not|don t|dont|no longer) (want|wish) to (hear from|be (texted|messaged|contacted))\b",
        r"\bno more (\w+ )?(text|texts|messages|msgs|sms|spam|contact|alerts|notifications|promos|ads|offers|marketing)\b",
        r"\bleave (me|us) alone\b|\bgo away\b|\bfuck off\b",
        r"\b(revoke|withdraw)( my)? (consent|permission)\b",
        r"\b(cancel|end|discontinue|terminate) ((all|these|the|those|your|my|this|sms|text|subscription to) )*(texts|text messages|messages|sms|texting|alerts|notifications|messaging|communications?)\b|\bdo not contact$",
        r"\bhow (do|can) (i|we) (stop|end|cancel) (this|these|it|getting|receiving)\b|\b(stop|quit) (getting|receiving) (these|your|texts|messages|sms)\b",
        r"\bwrong (number|person)\b.*\b(stop|remove)\b",
    ]),
    ("fr", &[
        r"^((svp|stp|merci|please) )*stop( (svp|stp|merci|please|s il vous plait|s il te plait|maintenant))+$|^(svp|merci de|merci d) (stop|arreter)$|^arrete[rz]?( (svp|stp|merci|maintenant|s il vous plait|s il te plait))+$|\b(retirer?|retirez|enlever?|enlevez|supprimer?|supprimez)\b.{0,15}\b(de|d) (votre|vos|la|cette) (liste|listes|contacts|base)\b",
        r"\b(arrete[rz]?|cesse[rz]?|stop|stoppez|stopper)\b.{0,30}\b(ecrire|sms|messages?|textos?|envoyer|envois?|contacter|harceler|spam|spammer|pub|pubs|publicites?|appeler|texter|deranger)\b",
        r"\bne\b.{0,20}\b(ecrivez|ecris|contactez|contacte|envoyez|envoie|veux|souhaite|desire|textez)\b.{0,25}\b(plus|pas)\b.{0,40}|\bplus (recevoir|jamais m ecrire)\b",
        r"\b(n|m|me) (ecrivez|ecris|envoyez|envoie|contactez|contacte|textez) plus\b|\bplus (de|d|aucun) (vos )?(sms|messages?|textos?|pubs?|publicites?)\b",
        r"desabonn|desinscri|\bretirez moi\b|\b(supprimez|effacez|enlevez) (moi|mon numero)\b|\b(laissez|laisse|fichez|foutez) moi (tranquille|la paix)\b",
    ]),
    ("es", &[
        r"^por favor (parar|pare|paren|alto|baja|stop|cancelar)$|^(parar|pare|paren|alto|baja|stop) por favor$|^basta( ya)?( por favor)?$|\b(elimin|borr|quit|sac)\w*(me|nos) de (la|su|esta) lista\b",
        r"\b(dejen|deje|deja|dejad|dejar|paren|pare|para|parar|basta) (de|con) (\w+ )?(mandar|enviar|escribir|contactar|molestar|llamar|textear|mensajes|sms|spam|publicidad)\w*",
        r"\bno (me|nos) (manden|mandes|mande|envien|envies|envie|escriban|escribas|escriba|contacten|contactes|contacte|molesten|molestes|moleste|llamen|llames)\b",
        r"\bno (quiero|deseo|quisiera) (recibir|mas (mensajes|sms|textos|publicidad|spam))",
        r"\b(dar(me|se) de baja|da(me|rme) de baja|de(me|nme|nos) de baja|quiero (la|darme de) baja|desuscrib\w+|anular (la )?suscripcion)\b",
        r"\bno mas (mensajes|sms|textos|publicidad|spam)\b|\b(borr|elimin|quit)\w* mi numero\b|\bquiten?me de\b",
    ]),
    ("de", &[
        r"^bitte (stopp?|stoppen|abmelden|austragen|abbestellen|aufhoren)( (bitte|danke|sofort))*$|^(stopp?|abmelden|aufhoren|austragen) (bitte|danke|sofort|jetzt)$|^aufhoren$",
        r"\bhor(t|en|e)?( sie)?( bitte| endlich)? auf\b.{0,40}(schreib|sms|nachricht|text|send|schick|sims|kontakt|nerv)",
        r"\bkeine (weiteren? )?(sms|nachrichten|werbung|textnachrichten|werbe sms)\b.*\bmehr\b|\bkeine weiteren (sms|nachrichten)\b",
        r"\b(nicht|nie) (mehr|wieder|langer)\b.{0,20}(schreib|kontakt|anschreib|sims|send|schick|anruf|texten)|(schreib|kontaktier|sende|schick)\w*.{0,30}\b(nicht|nie|keine)\b.{0,25}\bmehr\b",
        r"\b(mich|uns) .{0,20}(abmelden|austragen|abbestellen)\b|\babbestellen\b.{0,20}\b(sms|nachrichten|newsletter)\b|\b(sms|nachrichten|newsletter)\b.{0,20}\b(abbestellen|abmelden)\b|\bmelden sie mich ab\b|\baus (dem|ihrem|eurem|deinem) (\w*verteiler|newsletter)\b",
        r"\blass(en sie|t)? mich in ruhe\b|\b(losch|entfern|streich)\w* (sie )?(bitte )?(meine (nummer|handynummer|daten)|mich)\b|\bstopp?(en|t)?( sie)?( bitte)? (die|diese|mit|das) .{0,15}(sms|nachricht|werbung|text)",
    ]),
    ("pt", &[
        r"\bquero (sair|ser removid[oa]|me descadastrar)\b.{0,20}\b(lista|cadastro|sms|mensagens)\b|^por favor (pare|parem|parar|sair|stop)$|^(pare|parem|parar|stop) por favor$",
        r"\b(pare|parem|para|parar|deixe|deixem|deixa|chega) (de|com) (\w+ )?(mandar|enviar|escrever|contatar|contactar|perturbar|incomodar|ligar|encher|mensage\w+|sms|spam)\w*",
        r"\bnao (quero|desejo|gostaria)( de)?( mais)?( receber)?( mais)?( (as|essas|estas|suas))? ?(mensage\w+|sms|textos?|propaganda|spam)\b|\bnao quero (mais )?receber\b",
        r"\bnao (me|nos) (mande|mandem|envie|enviem|escreva|escrevam|contate|contatem|contacte|contactem|ligue|liguem|perturbe|perturbem)\b|\b(mande|envie|escreva)m? mais nao\b",
        r"descadastr|\bcancelar (a |minha )?(inscricao|assinatura|estas mensagens)\b|\b(me )?(tire|remova|retire|exclua)m? (me\b|(o )?meu (numero|nome)|da lista)|\bme tir[ae]m? d(a|essa|esta|as|e) (sua |tua )?listas?\b|\bme (tire|remova|retire|exclua)m?\b",
    ]),
    ("ru", &[
        r"\b(хватит|перестан\w*|прекрат\w*|достали|прекращайте)\b.{0,25}(писать|слать|присыла|отправля|рассыл|сообщени|смс|sms|спам|беспоко|звон)",
        r"\bне (надо |нужно )?(мне |нам )?(больше )?(пиш\w*|писать|слать|присыла\w*|шл\w*|отправляйте|беспоко\w*|рассыла\w*)",
        r"\bне хочу (больше )?(получать|видеть|ваши)|\b(отпиш\w*|отписать|отписаться|отключите|удалите (мой номер|меня)|уберите (мой номер|меня))\b|\bоставьте (меня )?в покое\b|\bбольше не (пиш|присыл|шл)\w*",
    ]),
    ("uk", &[r"\b(досить|припин\w*|перестан\w*)\b.{0,25}(писати|надсила|слати|смс|повідомлен)|\bне (пишіть|надсилайте|турбуйте)|відпис\w+|не хочу отримувати"]),
    ("zh", &[
        r"(不要|别|別|勿|请勿|請勿|停止|不想|不再|别再|别给)(再|给我|給我|给|收到|接收|继续|繼續|你们|们)*(发短信|發簡訊|发消息|发信息|發訊息|發消息|发送|發送|发来|联系|聯絡|骚扰|騷擾|推送|短信|簡訊|打扰|打擾|给我发|發給我|发给我)",
        r"(退订|退訂)([^单單]|$)|从(你们的|你們的)?(名单|列表).{0,4}(删除|移除|去掉)|取消订阅|取消訂閱|不(需要|想要|要)(你们的|这些|這些)?(短信|簡訊|消息|广告|廣告)|(别|不要|請勿|请勿)再(发|發)|(删除|刪除|移除)我的(号码|號碼)",
    ]),
    ("ar", &[
        r"(توقف\w*|اوقف\w*|كفوا?|كفى|لا) .{0,20}(ارسال|مراسل\w*|رسائل|الرسائل|ترسل\w*|تراسل\w*|تزعج\w*|تتصل\w*)",
        r"الغاء (ال)?اشتراك\w*|لا (اريد|ارغب).{0,20}(رسائل|الرسائل|رسائلكم)|(احذف\w*|ازل|ازيلوا) رقمي|اتركوني",
    ]),
    ("he", &[
        r"(תפסיק\w*|להפסיק|הפסיקו|די|אל) .{0,15}(לשלוח|תשלח\w*|הודעות|לסמס|להציק|תכתב\w*|לכתוב|תסמס\w*)",
        r"(תסירו|הסירו|הסר|להסיר|תוריד\w*|תמחק\w*|מחקו) (אותי|את המספר|מספר)|לא (רוצה|מעוניין\w*|מעונינ\w*) .{0,20}הודעות|תעזבו אותי",
    ]),
    ("pl", &[
        r"\bprzesta\w*.{0,20}(pisac|wysylac|dzwonic|smsowac|spamowac)|\bnie (pisz|piszcie|wysyla\w*|przysyla\w*|dzwon\w*)\b.{0,25}\b(mi|mnie|wiecej|juz|sms\w*|wiadomosci)\b",
        r"\bnie chce.{0,25}(sms|wiadomosci|reklam|spam)|\b(wypisz|wypisac|wypiszcie|wykresl\w*) (mnie|sie)|\bmnie wypisac|\busun\w* (moj numer|mnie)|\brezygnuje z (sms|wiadomosci|powiadomien)|\bkoniec (z )?(sms|wiadomosci)|\bdajcie mi spokoj",
    ]),
    ("it", &[
        r"\bsmett\w+ di (mand|invi|scriv|contatt|disturb|chiam|mess)\w*|\bsmett\w+ di \w+ (mand|invi|scriv)\w*|\bbasta (con )?(i |gli |questi )?(messaggi|sms|pubblicita|spam)\b",
        r"\bnon (mi |ci )?(mand|invi|scriv|contatt|disturb)\w+\b.{0,20}\bpiu\b|\bnon (mandate|inviate|scrivete|contattate|disturbate)mi\b|\bnon voglio (piu )?(ricevere|messaggi|sms)|disiscri\w+|\b(cancella|togli|rimuov|elimina)\w* (mi\b|il mio numero)|\b(cancellatemi|cancellarmi|toglietemi|rimuovetemi|eliminatemi)\b|\blasciatemi in pace\b",
    ]),
    ("nl", &[
        r"\b(stop|stoppen|hou|houd|kap|ophouden)\b.{0,20}\bmet\b.{0,20}(sms|berichten|appen|sturen|spam|mailen|bellen|schrijven)",
        r"\bgeen (sms\w*|berichten|reclame|spam) meer\b|\bniet meer\b.{0,20}(sms\w*|berichten|sturen|contacteren|appen|benaderen|schrijven)|\b(uitschrijven|afmelden|schrijf me uit|meld me af)\b|\blaat (me|mij) met rust\b|\bverwijder (mijn nummer|mij|me)\b",
    ]),
    ("tl", &[r"\b(tigilan|itigil|tumigil|huwag|wag|tama na)\b.{0,25}(text|mensahe|message|sms|padala|magtext|itext|kontak)|\bpaki ?(alis|tanggal|delete|remove|bura)( na)?( po)? (ako|ang (number|numero))\b|^(tigilan|itigil) (nyo|niyo|ninyo|mo) na( po)?$|\balisin (ako|nyo ako|niyo ako|ninyo ako|ang (number|numero) ko)|\bayoko na\b.{0,20}(text|mensahe|message)"]),
    ("tr", &[r"\b(mesaj|sms)\w* (atma\w*|gonderme\w*|yollama\w*|istemiyorum|almak istemiyorum)|\b(bana|bize) (artik )?(yazma\w*|mesaj atma\w*)|\b(numarami|beni) (sil\w*|cikar\w*)|uyelikten cik"]),
    ("sv", &[r"\b(sluta|slutar|upphor)\b.{0,20}(sms|skicka|skriva|meddelande|kontakta)|\binga fler (sms|meddelanden)\b|\bavregistrera mig\b|\bta bort (mig|mitt nummer)\b"]),
    ("da", &[r"\b(stop|hold op)\b.{0,20}\bmed\b.{0,20}(sms|sende|skrive|beskeder)|\bikke flere (sms|beskeder)\b|\b(afmeld|frameld|slet) mig\b"]),
    ("no", &[r"\b(slutt|stopp)\b.{0,20}(sms|sende|skrive|meldinger)|\bikke flere (sms|meldinger)\b|\bmeld meg av\b|\bslett (meg|nummeret)\b"]),
    ("nb", &[r"\b(slutt|stopp)\b.{0,20}(sms|sende|skrive|meldinger)|\bikke flere (sms|meldinger)\b|\bmeld meg av\b|\bslett (meg|nummeret)\b"]),
    ("ja", &[r"(送らないで|送信しないで|メッセージを止めて|配信を(停止|止めて)|連絡しないで|メールしないで)"]),
    ("ko", &[r"(문자|메시지|연락).{0,10}(보내지|하지) ?(마|말)|수신 ?거부|그만 ?보내"]),
];
