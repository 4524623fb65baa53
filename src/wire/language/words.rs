//! The little words of languages in Latin letters: what a sentence hardly does without. Spoken of here are also
//! languages that few sites have, so that a text in one of them is taken for no other.

/// The languages of [`WORDS`], by their place.
pub(super) const LANGUAGES: [&str; 26] = [
    "en", "pl", "tl", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "cs", "sk", "ro", "hu",
    "tr", "id", "vi", "hr", "lt", "et", "ca", "sl", "sw",
];

/// Letters that few of these languages have, with who has them.
pub(super) const LETTERS: [(&str, &[&str]); 17] = [
    ("łśźżćń", &["pl"]),
    ("ąę", &["pl", "lt"]),
    ("ß", &["de"]),
    ("äö", &["de", "sv", "fi", "et", "hu", "tr", "sk"]),
    ("ěřů", &["cs"]),
    ("šžč", &["cs", "sk", "hr", "sl", "lt", "et"]),
    ("ľĺŕ", &["sk"]),
    ("őű", &["hu"]),
    ("țșă", &["ro", "vi"]),
    ("ığş", &["tr"]),
    ("ñ¿¡", &["es"]),
    ("ãõ", &["pt", "vi", "et"]),
    ("ơưđ", &["vi", "hr"]),
    ("å", &["sv", "da", "no"]),
    ("øæ", &["da", "no"]),
    ("ėųūį", &["lt"]),
    ("èìò", &["it", "fr", "ca", "vi"]),
];

/// Words of each, in lower case, between single spaces.
pub(super) const WORDS: [&str; 26] = [
    // en
    "the is are my you your to of and it that this these those have has had not what where when how why who can could \
     was were been be being with for from there their they them we our he she his her its but if or so about any \
     will would should do does did don't didn't doesn't isn't can't i'm i've it's an on at by as than then which \
     please still get got need want wants thank thanks hello me am just again after before into out up all no",
    // pl
    "jest są nie się na do to w z że i jak co czy gdzie kiedy dlaczego dla o po od ale lub oraz ze za przez przed mój \
     moja moje mam masz ma może można mogę proszę dziękuję dzień dobry jestem był była było będzie być już jeszcze tylko \
     bardzo ten ta te tego tej tym ich jego jej mnie mi cię ciebie was nas nam pan pani oni które który która \
     która których tych także również bo więc żeby aby przy pod nad bez u jako twoja twój swoje we ci tak lat ile wszystkie \
     wszystkich",
    // tl
    "ang ng mga sa na ay ko mo po opo hindi ako ikaw siya kami tayo kayo sila ito iyan iyon kung nang namin natin \
     ninyo nila niya kanila kanya akin atin amin inyo inyong iyong aking ating aming rin din lang lamang ba pa saan \
     paano bakit kailan sino ano anong gusto puwede pwede puwedeng maaari maaaring may mayroon meron wala walang dahil para upang pero at o \
     yung iyong salamat kumusta hello maging bilang isang mga sila pang naman dapat kapag habang tungkol ganitong \
     bawat lahat iba nasa mas pag",
    // de
    "der die das den dem des ein eine einen einem einer und ist sind nicht ich du er sie es wir ihr mein meine meinen \
     mich mir mit auf für von zu zum zur im in an am aus bei nach wie was wo wann warum wer aber oder wenn dass auch noch \
     schon nur sehr bitte danke guten tag haben habe hat war werden wird kann können bin seit über kein keine",
    // fr
    "le la les des du de un une et est sont ne pas je tu il elle nous vous ils mon ma mes votre vos notre avec pour \
     sur dans par que qui quoi où quand comment pourquoi mais ou si ce cette ces se au aux bonjour merci plus très \
     j'ai c'est n'est d'un d'une l'on suis avez ai été être avoir fait voudrais",
    // es
    "el la los las un una y es son no yo tú él ella nosotros ustedes mi mis su sus con para por en de del que qué \
     quién dónde cuándo cómo pero o si esto esta este está están muy más hola gracias buenos días ya todavía ha he \
     tengo tiene ser estoy quiero puedo puede lo le se al me",
    // pt
    "o a os as um uma e é são não eu você ele ela nós meu minha meus minhas seu sua com para por em de do da dos das \
     que quem onde quando como mas ou se isso esta este está muito mais olá obrigado obrigada bom dia já ainda tenho \
     tem ser estou quero posso pode no na nos nas ao foi",
    // it
    "il lo la i gli le un una e è sono non io tu lui lei noi voi mio mia miei con per in di del della dei che chi \
     dove quando come perché ma o se questo questa molto più ciao grazie buongiorno già ancora ho hai ha abbiamo sto \
     vorrei posso può al alla nel nella da dal si mi ci",
    // nl
    "de het een en is zijn niet ik jij je hij zij wij we mijn jouw uw met voor van naar op in aan bij uit te ter wat \
     waar wanneer hoe waarom wie maar of als dat dit deze die ook nog al zeer graag bedankt goedendag heb heeft had \
     wordt worden kan kunnen ben geen om",
    // sv
    "och är inte jag du han hon vi ni min mitt mina med för från till på i av att det den de en ett som var när hur \
     varför vem men eller om detta också bara mycket hej tack har hade kan ska skulle blir är",
    // da
    "og er ikke jeg du han hun vi min mit mine med for fra til på i af at det den de en et som hvor hvornår hvordan \
     hvorfor hvem men eller om dette også kun meget hej tak har havde kan skal bliver",
    // no
    "og er ikke jeg du han hun vi min mitt mine med for fra til på i av å det den de en et som hvor når hvordan \
     hvorfor hvem men eller om dette også bare veldig hei takk har hadde kan skal blir",
    // fi
    "ja on ei en minä sinä hän me te he minun sinun kanssa että joka mikä missä milloin miten miksi kuka mutta tai jos \
     tämä myös vain hyvin hei kiitos olen olet ovat oli voi voin voinko ole se ne kun",
    // cs
    "je jsou není na do to v ve z ze že a i jak co kde kdy proč pro o po od ale nebo s se si za můj moje mám máte má může \
     mohu prosím děkuji dobrý den jsem byl byla bylo bude být už ještě jen velmi ten ta tento mi mě vám nám který která \
     které protože když zítra ano ne",
    // sk
    "je sú nie na do to v vo z zo že a aj ako čo kde kedy prečo pre o po od ale alebo s sa si za môj moje mám máte má môže \
     môžem prosím ďakujem dobrý deň som bol bola bolo bude byť už ešte len veľmi ten tá tento mi mňa vám nám ktorý ktorá",
    // ro
    "și este sunt nu eu tu el ea noi voi meu mea mei cu pentru din de la în pe că ce cine unde când cum dar sau dacă \
     acest această foarte mai bună ziua mulțumesc am ai are avem fi o un să al",
    // hu
    "a az és nem én te ő mi ti ők egy van vannak hogy ami aki hol mikor hogyan miért ki de vagy ha ez is csak nagyon \
     még már kérem köszönöm jó napot szeretnék lehet volt lesz meg el",
    // tr
    "ve bir bu şu o ben sen biz siz benim senin için ile de da mi mı ne nerede zaman nasıl neden kim ama veya eğer \
     çok daha var yok değil merhaba teşekkürler istiyorum olarak gibi kadar",
    // id
    "dan di ke dari yang ini itu tidak saya anda kami kita mereka dengan untuk pada apa siapa mana kapan bagaimana \
     mengapa tetapi atau jika juga hanya sangat sudah belum akan bisa ada adalah selamat terima kasih tolong mohon",
    // vi
    "và là không tôi bạn anh chị em của với cho từ đến trong này đó gì ai đâu khi nào sao nhưng hoặc nếu cũng chỉ rất \
     đã đang sẽ có được xin chào cảm ơn một các những",
    // hr
    "je su nije na do to u i iz da kako što gdje kada zašto za o po od ali ili s sa se moj moja moje imam ima može \
     mogu molim hvala dobar dan sam bio bila bilo biti već još samo vrlo ovaj mi vam nam koji koja",
    // lt
    "ir yra nėra aš tu jis ji mes jūs mano tavo su iš į kad kas kur kada kaip kodėl bet arba jei tai šis labai dar jau \
     prašau ačiū laba diena turiu gali būti ar",
    // et
    "ja on ei ma mina sa sina ta me te nad minu sinu et mis kes kus millal kuidas miks aga või kui see ka ainult väga \
     palun aitäh tere olen oled oli saab",
    // ca
    "el la els les un una i és són no jo tu ell ella nosaltres meu meva amb per en de del que qui on quan com però o \
     si això aquest aquesta molt més hola gràcies bon dia ja encara tinc té",
    // sl
    "je so ni na do to v iz da kako kaj kje kdaj zakaj za o po od ali s se moj moja moje imam ima lahko prosim hvala \
     dober dan sem bil bila bilo biti že še samo zelo ta mi vam nam ki",
    // sw
    "na ya wa kwa ni la za katika hii hiyo mimi wewe yeye sisi yangu yako lakini au kama pia tu sana tafadhali asante \
     habari ninataka nina iko wapi lini",
];
