//! The words of languages in Latin letters by which they are told apart: the little ones that a sentence hardly does
//! without, and the common ones of what people write to a business. Spoken of here are also languages that few sites
//! have, so that a text in one of them is taken for no other.

/// Languages by their tags, with their words in lower case between single spaces.
pub(super) const TONGUES: [(&str, &str); 53] = [
    (
        "en",
        "the is are my you your to of in and it that this these those have has had not what where when how why \
         who can could was were been be being with for from there their they them we our he she his her its \
         but if or so about any will would should do does did don't didn't doesn't isn't can't i'm i've it's \
         an on at by as than then which please still get got need want wants thank thanks me am just again \
         after before into out up all no i we've you're that's there's i'll won't wasn't couldn't dont doesnt \
         cant didnt isnt ive wheres whats may might must only also because since until while during through \
         without between under over more most some such every each other another nothing something anything \
         someone somebody anybody nobody yet never always already now here hers theirs ours yours us him too \
         very much many few own same back off down right left long ago today yesterday tomorrow ordered \
         delivered arrived received charged paid declined returned says said know known make made \
         take taken give given works working broken wrong keeps weeks days months years first next old shoes \
         people whose help helps solved cannot like tell told knows asked a u ur pls wont answer answers where's \
         what's how's who's when's let's he's she's i'd we'd you'd you'll they'll we'll they're we're they've \
         aren't haven't hasn't hadn't weren't shouldn't wouldn't mustn't \
         late early hour hours keep kept let put went gone came come comes see saw seen look looking find \
         feel think thought sent buy bought try tried trying tries ask calm average salary",
    ),
    (
        "pl",
        "jest są nie się na do to w z że i jak co czy gdzie kiedy dlaczego dla o po od ale lub oraz ze za \
         przez przed mój moja moje mam masz ma może można mogę proszę dziękuję dzień dobry jestem był była \
         było będzie być już jeszcze tylko bardzo ten ta te tego tej tym ich jego jej mnie mi cię ciebie was \
         nas nam pan pani oni które który która których tych także również bo więc żeby aby przy pod nad bez \
         u jako twoja twój swoje we ci tak lat ile wszystkie wszystkich tobie sobie siebie czego czemu komu \
         kogo czym kim nim nią niej niego jemu mają mamy macie mogą możesz możemy możecie musi musisz trzeba \
         należy chcę chciałbym chciałabym chcemy chce wiem wie oto jeśli jeżeli gdy zanim podczas ponieważ \
         dlatego więcej mniej każdy każda każde wszyscy wszystko nic nikt ktoś coś tutaj teraz potem dzisiaj \
         dziś wczoraj jutro tydzień tygodnia tygodni dni miesiąc miesięcy roku razy raz dwa trzy dwie pięć \
         dwóch trzech nadal wciąż kilku kilka niektóre inny inna inne innych innego nasz nasza nasze wasz \
         wasza wasze waszej naszej państwo państwa pracy klient klienta klientów klientom klienci obsługi \
         obsługa usług usługi usługa zamówienie zamówienia zamówieniu paczka paczkę paczki przesyłka \
         przesyłki przesyłkę wysyłka wysłać wysłaliście dostawa dostawy zwrot zwrotu pieniądze pieniędzy \
         kontem hasło zalogować fakturę faktury telefonu telefonicznie działa rozmiar towar towaru towary \
         produktów produkty sklep sklepu błąd problemy problemów pytanie pytania pytań odpowiedź pomoc pomocy \
         pomóc kurier umowa umowy opłata zapłaciłem zapłaciłam kupiłem otrzymałem otrzymałam dostałem \
         dostałam przyszła przyszedł miała miał znaleźć znajdź podaj zobacz zrób sprawdź osoba osoby osób \
         ludzi kobiet kobiety zawód zawodu kariery umiejętności wymagania wykształcenie szkolenia \
         doświadczenie doświadczenia informacje informacji dotyczące następujące którzy którym którego której \
         przykład przedstawiciel wśród wewnątrz bądź nawet właśnie witam witajcie pozdrawiam szanowni \
         reklamacji reklamacja wniosek warunki naszych waszych swoich swojej swój własne własny nowy nowe \
         stary dobrze źle sposób gdzieś telefoniczna doskonała miało byli były brak dostępu odbiera szukam \
         numer konto konta firmy faktura praca produkt telefon adres \
         godzina godziny godzin godzinę rozmowa rozmowy rozmowie pracownik pracownika pracownicy pracowników \
         dobrego zły zła powinien powinna powinno powinni mieć posiadać jakie jaka jaki jakich jakiego cechy \
         zakres obowiązki obowiązków oferujemy oferuje opieka opieki opiekę zgłaszam zgłoszenie zgłosić \
         reklamację zaginęła zaginął samochód samochodu otwarcia zapłacić płatność płatności kartą dostać \
         dostał dostali otrzymać potrzebuję potrzebne szybko długo późno wcześniej później zawsze nigdy \
         często zwykle większość wiele wielu dużo mało trochę prawie około według między wobec dzięki choć \
         chociaż niż żaden żadna żadne taki takie takich cztery sześć siedem osiem dziesięć pierwszy trzeci \
         nowego nowych stanowisko stanowiska zespół zespołu kierownik rynku branży zarobki wynagrodzenie \
         wynagrodzenia średnio średnia wynosi wynoszą złotych zł biura miejsce miejsca życie życia czas czasu",
    ),
    (
        "tl",
        "ang ng mga sa na ay ko mo po opo hindi ako ikaw siya kami tayo kayo sila ito iyan iyon kung nang \
         namin natin ninyo nila niya kanila kanya akin atin amin inyo inyong iyong aking ating aming rin din \
         lang lamang ba pa saan paano bakit kailan sino ano anong gusto puwede pwede puwedeng maaari maaaring \
         may mayroon meron wala walang dahil para upang pero at yung salamat kumusta maging bilang isang pang \
         naman dapat kapag habang tungkol ganitong bawat lahat iba nasa mas pag kong mong kang siyang akong \
         kayong nating naming nilang niyang kanilang kanyang ninyong nyo nya nito nitong niyan noon ngayon \
         kahapon bukas mamaya kanina linggo buwan taon araw umaga hapon gabi tanghali beses isa dalawa \
         dalawang tatlo tatlong apat lima sampu ilan ilang marami maraming kaunti konti mahalaga mahalagang \
         mabuti mabuting mabilis matagal tagal bago bagong luma maliit malaki malaking mali maling tama sira \
         nasira nasirang kulang sobra wag huwag kasi kaya kahit pala nga raw daw yata talaga sana muna nalang \
         eh ung yun yon doon dito diyan rito roon nandito nandoon nasaan nasan asan magkano gaano alin \
         alinman sinuman anuman anumang sinumang tao taong bata trabaho trabahong gawain gawin ginagawa \
         gagawin ginawa kailangan kailangang nais gustong hanap hanapin maghanap kumuha kunin makuha magbigay \
         bigyan ibigay nagbibigay tulong tumulong tulungan makatulong pagtulong tanong tanungin magtanong \
         sagot sagutin sumagot sumasagot alam malaman nalaman sabi sinabi sabihin bayad bayaran magbayad \
         nagbayad nabayaran binayaran pera pagbabayad ibalik bumalik balik palitan papalitan baguhin \
         pagbabago padala pinadala ipadala ipinadala magpadala dumating dumarating darating pagdating \
         natanggap tanggap tanggapin tumanggap bili bumili binili bilhin mabili tindahan resibo kamusta \
         magandang maganda mabait oo di wla hnd ksi skin sakin sayo mabuksan buksan gumana gumagana gamit \
         gamitin gamitan ginagamit paggamit kasama kasabay katulad tulad ganyan ganito gayunpaman gayundin \
         bukod pangkalahatan kasalukuyan halimbawa hanggang mula simula buhat ayon ukol laban ibang sarili \
         sariling loob labas ibaba itaas naging nagiging ngunit subalit datapwat si kay sina nina kina \
         kinatawan impormasyon serbisyo produkto kumpanya negosyo empleyado kasanayan kasanayang edukasyon \
         pagsasanay pag-aaral karanasan kapaligiran pamagat kurso kursong layunin tungkulin responsibilidad \
         suriin mahusay pinaka mayroong merong pwedeng kaysa kausapin makausap pinakamahusay lugar bansa \
         buong halos paglutas paki pakiusap isulong mangyari nangyari sumusunod kabilang ka o ni ring ding \
         nakalimutan kalimutan kelan pano ganun ganoon ganon dyan eto heto dun kanino mabagal bilisan ayoko \
         nakakainis maghintay pumunta umalis ulit muli lalo lubos talagang totoo sapagkat samantala agad \
         kaagad isauli tingnan tignan humingi pumili piliin gumawa matuto natutunan suliranin hakbang \
         pagkakataon kaalaman kakayahan katangian pangangailangan unlad paglago tagumpay antas bahagi uri \
         dahilan pangunahin pangunahing unang susunod nakaraang karaniwan karaniwang madalas palagi minsan \
         paraan sahod tumawag mamimili pinuno pangkat tagapamahala kaibigan pumasok lumabas ugnayan makinig \
         pakikinig matiyaga magalang malinaw wakas pangwakas sanggunian noong nung tungo maliban ganap \
         tiyak siguraduhin tiyaking alamin ihanda bumuo gumamit magsimula simulan simulang \
         maka bang tuwing ka-usap bagaman kinakailangan kinakailangang kumpara pagitan lalong tunay hamon \
         bisita tugon tumugon singil siningil doble kuryente sukat matandaan nailagay",
    ),
    (
        "ceb",
        "ang nga sa mga kini kana kadto ni ug og dili wala walay naa naay ako ko ikaw ka siya kita kami mi \
         kamo mo sila akong imong iyang atong among inyong ilang nako nimo niya nato namo ninyo nila kanako \
         kanimo asa unsa unsay kinsa kanus-a kanus nganong ngano pila giunsa unsaon na pa man ba bay gyud jud \
         gud gihapon usab sab pud pod lang ra kaayo karon ugma gahapon adlaw bulan tuig semana buntag hapon \
         gabii maayong maayo salamat palihug palihog gusto kinahanglan mahimo pwede puwede aron kay kung apan \
         pero ngadto didto dinhi diri ngari gikan para sama daghan usa duha tulo upat lima dako gamay bag-o \
         guba naguba kwarta sukli bayad balay tabang tubag pangutana gi na-order niabot miabot moabot abot si \
         kang dayon unta bitaw lagi nia ania maka bisan matag tanan uban tungod samtang human sulod gawas",
    ),
    (
        "hil",
        "ang sang nga sa mga ini ina amo wala indi ako ko ikaw ka sia siya kita kami kamo sila akon imo iya \
         aton amon inyo ila diin ano sin-o san-o ngaa paano pila na pa man gid lang bala subong buwas kahapon \
         adlaw bulan tuig aga hapon gab-i maayong salamat palihog gusto kinahanglan pwede kag kay kon apang \
         para duha tatlo daku gamay bag-o guba kwarta may sini sina didto diri balay bulig dapat",
    ),
    (
        "war",
        "an han hin nga ha mga ini iton diri waray ako ko ikaw ka hiya kita kami kamo hira akon imo iya aton \
         amon iyo ira hain ano hin-o kakan-o kay-ano pira na pa man la gud yana buwas kakulop adlaw bulan \
         tuig aga salamat alayon karuyag kinahanglan puyde ngan kay kun pero para duha tulo balay bulig damo",
    ),
    (
        "bcl",
        "an kan nin na sa mga ini iyan dai mayo igwa ako ko ika ka siya kita kami kamo sinda sakuyang saimong \
         sakong saindang samuyang akong haen hain ano siisay nuarin tano ta pano pira pa man sana baga \
         ngunyan sa-aga kasuodma aldaw bulan taon marhay dios mabalos tabi gusto kaipuhan pwede asin kun \
         alagad para duwa tolo dakula sadit saro harong tabang",
    ),
    (
        "ilo",
        "ti dagiti nga a iti kadagiti daytoy dayta saan awan adda siak ak sika ka isuna kami datayo kayo \
         isuda ko mo na mi yo da sadino ania asino kaano apay kasano mano pay man met laeng unay kadi ita \
         bigat rabii aldaw bulan tawen naimbag agyamanak agyaman pangngaasi kayat kayatko masapul mabalin ken \
         wenno ngem no ta para dua tallo dakkel bassit baro kuarta balay tulong ayan ijay idiay ditoy iyo",
    ),
    (
        "pam",
        "ing ning king kareng ampong ini ita ala atin aku ku ika ka iya ikatamu ikami kayu ila kaku keka \
         nokarin nanu ninu kapilan bakit makananu magkanu na pa man mu ngeni bukas napun aldo bulan banua \
         mayap abak dakal salamat pakisabi buri kailangan malyari at o oneng para adua atlu maragul malati \
         bayu",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer und ist sind nicht ich du er sie es wir ihr mein \
         meine meinen mich mir mit auf für von zu zum zur im in an am aus bei nach wie was wo wann warum wer \
         aber oder wenn dass auch noch schon nur sehr bitte danke guten tag haben habe hat war werden wird \
         kann können bin seit über kein keine bleibt meinem meiner ihre ihren ihrer ihrem diese dieser dieses \
         daß weil damit vor heute gestern morgen woche wochen montag warte warten bestellung bestellt \
         lieferung geliefert rechnung paket konto geld zurück geht funktioniert will möchte leider immer \
         wieder nichts etwas mehr alle beim startet abo kündigen schicken erstattet falsch kaputt hallo hab \
         zweimal wurde worden müssen muss soll sollte ohne gegen unter zwischen durch als also dann doch mal \
         viel viele",
    ),
    (
        "fr",
        "le la les des du de un une et est sont ne pas je tu il elle nous vous ils mon ma mes votre vos notre \
         avec pour sur dans par que qui quoi où quand comment pourquoi mais ou si ce cette ces se au aux \
         bonjour merci plus très j'ai c'est n'est d'un d'une l'on suis avez ai été être avoir fait voudrais \
         est-ce colis commande livraison remboursement toujours arrivée arrivé souhaite annuler reçu rien \
         encore depuis hier aujourd'hui demain semaine semaines jours fois deux compte facture carte marche \
         fonctionne site refuse peux peut pouvez veux faire aussi sans sous tout tous toute leur leurs lui \
         même autre contre entre chez svp s'il plaît appeler rappeler",
    ),
    (
        "es",
        "el la los las un una y es son no yo tú él ella nosotros ustedes mi mis su sus con para por en de del \
         que qué quién dónde cuándo cómo pero o si esto esta este está están muy más hola gracias buenos días \
         ya todavía ha he tengo tiene ser estoy quiero puedo puede lo le se al me pedido pedidos paquete \
         llegó llega llegado cuenta factura dinero tarjeta cobraron pagué pague semana ayer hoy mañana veces \
         dos mismo misma necesito quisiera cambiar dirección direccion entrega envío llegar funciona \
         aplicación hacer puedes pueden donde cuando como porque también tampoco nada algo desde hasta sin \
         sobre entre cual roto favor",
    ),
    (
        "pt",
        "o a os as um uma e é são não eu você ele ela nós meu minha meus minhas seu sua com para por em de do \
         da dos das que quem onde quando como mas ou se isso esta este está muito mais olá obrigado obrigada \
         bom dia já ainda tenho tem ser estou quero posso pode no na nos nas ao foi pedido chegou chegar \
         conta cartão dinheiro fatura semana ontem hoje amanhã vezes duas mesmo preciso cancelar assinatura \
         endereço entrega aplicativo fazer vejo código sem sobre entre qual nada algo desde até depois antes \
         também favor uso cobraram",
    ),
    (
        "gl",
        "o a os as un unha e é son non eu ti el ela nós meu miña meus miñas con para por en de do da dos das \
         que quen onde cando como mais ou se isto este esta moito grazas bo día xa aínda teño ten foi pode \
         quero",
    ),
    (
        "ca",
        "el la els les un una i és són no jo tu ell ella nosaltres meu meva amb per en de del que qui on quan \
         com però o si això aquest aquesta molt més hola gràcies bon dia ja encara tinc té",
    ),
    (
        "it",
        "il lo la i gli le un una e è sono non io tu lui lei noi voi mio mia miei con per in di del della dei \
         che chi dove quando come perché ma o se questo questa molto più ciao grazie buongiorno già ancora ho \
         hai ha abbiamo sto vorrei posso può al alla nel nella da dal si mi ci pacco ordine arrivato arrivata \
         conto carta soldi fattura settimana ieri oggi domani volte due stesso bisogno annullare cambiare \
         indirizzo consegna corriere trova riesco funziona fare senza sopra tra fra quale niente qualcosa \
         fino dopo prima anche nessun lasciato taglia accedere",
    ),
    (
        "ro",
        "și este sunt nu eu tu el ea noi voi meu mea mei cu pentru din de la în pe că ce cine unde când cum \
         dar sau dacă acest această foarte mai bună ziua mulțumesc am ai are avem fi o un să al coletul \
         comanda contul banii înapoi factura săptămână ieri azi mâine ori două vreau trebuie trebuia anulez \
         ajuns ajungă livrare adresa nimic ceva toate fără între după înainte",
    ),
    (
        "nl",
        "de het een en is zijn niet ik jij je hij zij wij we mijn jouw uw met voor van naar op in aan bij uit \
         te ter wat waar wanneer hoe waarom wie maar of als dat dit deze die ook nog al zeer graag bedankt \
         goedendag heb heeft had wordt worden kan kunnen ben geen om pakket bestelling aangekomen geld terug \
         rekening week weken gisteren vandaag morgen keer twee wil wilt moet moeten werkt doet doe blijft \
         meer niets iets alle sinds tot zonder over onder tussen door dus dan wel",
    ),
    (
        "af",
        "die en is nie ek jy u hy sy ons julle hulle my jou met vir van na op in aan by uit te wat waar \
         wanneer hoe hoekom wie maar of as dat dit hierdie ook nog net baie asseblief dankie het was word kan \
         moet sal wil geen om 'n gister moes gekom",
    ),
    (
        "sv",
        "och är inte jag du han hon vi ni min mitt mina med för från till på i av att det den de en ett som \
         var när hur varför vem men eller om detta också bara mycket hej tack har hade kan ska skulle blir \
         paket beställning pengar tillbaka konto faktura vecka igår idag imorgon gånger två vill måste \
         fungerar ingen inget något alla sedan utan under mellan genom då väl kommit avsluta",
    ),
    (
        "da",
        "og er ikke hvad nu fået jeg du han hun vi min mit mine med for fra til på i af at det den de en et som hvor \
         hvornår hvordan hvorfor hvem men eller om dette også kun meget hej tak har havde kan skal bliver \
         pakke bestilling penge tilbage konto faktura uge går dag morgen gange to vil skulle virker ingen \
         noget alle siden uden under mellem gennem så være kommet",
    ),
    (
        "no",
        "og er ikke hva nå fått jeg du han hun vi min mitt mine med for fra til på i av å det den de en et som hvor når \
         hvordan hvorfor hvem men eller om dette også bare veldig hei takk har hadde kan skal blir pakke \
         pakken bestilling penger tilbake konto faktura uke går dag morgen ganger vil skulle virker ingen noe \
         alle siden uten under mellom gjennom så være kommet",
    ),
    (
        "is",
        "og er ekki ég þú hann hún við þið minn mín mitt með fyrir frá til á í af að það hinn hvað hvar \
         hvenær hvernig hvers vegna en eða ef þetta líka bara mjög takk hef hefur hafði var",
    ),
    (
        "fi",
        "ja on ei en minä sinä hän me te he minun sinun kanssa että joka mikä missä milloin miten miksi kuka \
         mutta tai jos tämä myös vain hyvin hei kiitos olen olet ovat oli voi voin voinko ole se ne kun \
         paketti pakettini tilaus rahat takaisin tili lasku viikko eilen tänään huomenna kaksi haluan pitää \
         piti tulla toimi mitään kaikki ilman ennen jälkeen vielä jo",
    ),
    (
        "et",
        "ja on ei ma mina sa sina ta me te nad minu sinu et mis kes kus millal kuidas miks aga või kui see ka \
         ainult väga palun aitäh tere olen oled oli saab pakk tellimus raha tagasi konto arve nädal eile täna \
         homme korda kaks tahan pidi tulema midagi kõik ilma vahel pärast enne",
    ),
    (
        "hu",
        "a az és nem én te ő mi ti ők egy van vannak hogy ami aki hol mikor hogyan miért ki de vagy ha ez is \
         csak nagyon még már kérem köszönöm jó napot szeretnék lehet volt lesz meg el csomag csomagom \
         rendelés rendelésem fiók fiókomba pénz vissza számla hét tegnap ma holnap kétszer tudok kell kellett \
         volna belépni nincs semmi valami minden nélkül után előtt",
    ),
    (
        "tr",
        "ve bir bu şu o ben sen biz siz benim senin için ile de da mi mı ne nerede zaman nasıl neden kim ama \
         veya eğer çok daha var yok değil merhaba teşekkürler istiyorum olarak gibi kadar kargo kargom \
         sipariş siparişim siparişimi hesap para iade fatura hafta dün bugün yarın kez iki iptal etmek \
         gerekiyor gerekiyordu gelmedi hiç şey bütün önce sonra",
    ),
    (
        "az",
        "və bir bu o mən sən biz siz mənim sənin üçün ilə də da nə harada zaman necə niyə kim amma ya əgər \
         çox daha var yox deyil salam təşəkkür istəyirəm olaraq kimi qədər",
    ),
    (
        "uz",
        "va bir bu men sen biz siz mening sizning uchun bilan ham nima qayerda qachon qanday nega kim lekin \
         yoki agar juda bor yo'q emas salom rahmat kerak qilish edi bo'ldi",
    ),
    (
        "cs",
        "je jsou není na do to v ve z ze že a i jak co kde kdy proč pro o po od ale nebo s se si za můj moje \
         mám máte má může mohu prosím děkuji dobrý den jsem byl byla bylo bude být už ještě jen velmi ten ta \
         tento mi mě vám nám který která které protože když zítra ano ne přijdou peníze zpět psal dvakrát \
         balík zásilka zásilku zásilky objednávka objednávku objednávky účet účtu faktura fakturu faktury \
         heslo týden včera dnes vrátit chci chtěl nejde přihlášení zaslání zboží reklamace platba platbu \
         kurýr adresa nic něco všechno všichni pořád stále dvě tři měla přijít přišla přišel malé boty jestli \
         tak taky také",
    ),
    (
        "sk",
        "je sú nie na do to v vo z zo že a aj ako čo kde kedy prečo pre o po od ale alebo s sa si za môj moje \
         mám máte má môže môžem prosím ďakujem dobrý deň som bol bola bolo bude byť už ešte len veľmi ten tá \
         tento mi mňa vám nám ktorý ktorá peniaze späť písal dvakrát balík zásielka zásielku zásielky \
         objednávka objednávku objednávky účet účtu faktúra faktúru faktúry heslo týždeň včera dnes vrátiť \
         vratite chcem chcel nefunguje nejde prihlásenie zaslanie tovar reklamácia platba platbu kuriér \
         adresa nič niečo všetko všetci stále dve tri mala prísť prišla prišiel topánky ak keď tak tiež \
         rýchlu odpoveď funguje",
    ),
    (
        "hsb",
        "je su nje na do w z ze zo a tež kak što hdźe hdy čehodla za wo po wot ale abo so sej mój moja moje \
         mam maš móže móžu prošu dźakuju dobry dźeń sym běše być hišće jenož jara tón ta te nam wam kotry \
         dyrbješe wčera",
    ),
    (
        "hr",
        "je su nije na do to u i iz da kako što gdje kada zašto za o po od ali ili s sa se moj moja moje imam \
         ima može mogu molim hvala dobar dan sam bio bila bilo biti već još samo vrlo ovaj mi vam nam koji \
         koja paket narudžba narudžbu račun novac natrag tjedan jučer danas sutra puta dva dvije želim trebao \
         trebala stići prijaviti ništa nešto sve bez između nakon prije",
    ),
    (
        "sl",
        "je so ni na do to v iz da kako kaj kje kdaj zakaj za o po od ali s se moj moja moje imam ima lahko \
         prosim hvala dober dan sem bil bila bilo biti že še samo zelo ta mi vam nam ki paket naročilo \
         naročila račun denar nazaj teden včeraj danes jutri krat dva dve želim moral morala priti prijaviti \
         nič nekaj vse brez med pred",
    ),
    (
        "lt",
        "ir yra nėra aš tu jis ji mes jūs mano tavo su iš į kad kas kur kada kaip kodėl bet arba jei tai šis \
         labai dar jau prašau ačiū laba diena turiu gali būti ar siunta siuntinys užsakymas pinigai atgal \
         sąskaita savaitė vakar šiandien rytoj kartus du noriu turėjo ateiti nieko kažkas viskas be tarp po \
         prieš",
    ),
    (
        "lv",
        "ir un nav ne es tu viņš viņa mēs jūs mans mana manu tavs ar uz no pie par kas kur kad kā kāpēc bet \
         vai ja tas tā šis šī ļoti vēl jau lūdzu paldies labdien man var būt bija tikai arī",
    ),
    (
        "sq",
        "është janë nuk unë ti ai ajo ne ju ata im ime me për nga në të e së që kush ku kur si pse por ose \
         nëse kjo ky edhe shumë vetëm lutem faleminderit mund kam ka ishte do duhet duhej",
    ),
    (
        "eu",
        "eta da dago ez ni zu hura gu nire zure bere nola non noiz zergatik nor zer baina edo bada hau hori \
         oso ere bakarrik mesedez eskerrik asko kaixo egun on dut dugu du zuen behar izan naiz dira ditut",
    ),
    (
        "cy",
        "y yr a ac mae ydw yw oedd roedd nid ddim fi fy ti dy ef hi ni chi eu gyda i o ar yn am ble pryd sut \
         pam pwy beth ond neu os hwn hon hefyd iawn diolch bore da wedi gan",
    ),
    (
        "ga",
        "an na agus is tá níl bhí mé tú sé sí muid sibh siad mo do a le ar ag i ó go cá cathain conas cén \
         fáth cé ach nó má seo sin freisin raibh maith agat dia duit",
    ),
    (
        "mt",
        "u il l- huwa hija hi mhux jien int aħna intom huma tiegħi tiegħek ma' għal minn fi lil li x' fejn \
         meta kif għaliex min iżda jew jekk dan din ukoll ħafna jogħġbok grazzi",
    ),
    (
        "id",
        "dan di ke dari yang ini itu tidak saya anda kami kita mereka dengan untuk pada apa siapa mana kapan \
         bagaimana mengapa tetapi atau jika juga hanya sangat sudah belum akan bisa ada adalah selamat terima \
         kasih tolong mohon telah masih sedang sampai datang kirim dikirim pengiriman barang pesanan paket \
         uang bayar membayar kembali dikembalikan batalkan ganti mengganti alamat nomor rusak aplikasi dibuka \
         kak min gan kenapa gimana cara kemarin besok hari minggu bulan dua kali lagi baru lama saja aja \
         nggak gak ga dong ya oleh karena agar supaya seperti lebih banyak semua setiap orang menjadi \
         menerima",
    ),
    (
        "ms",
        "dan di ke dari yang ini itu tidak tak saya anda kami kita mereka dengan untuk pada apa siapa mana \
         bila bagaimana kenapa tetapi tapi atau jika juga hanya sangat sudah telah masih belum akan boleh ada \
         adalah ialah selamat terima kasih tolong sila nak macam duit wang bungkusan pesanan sampai hantar \
         penghantaran tukar batalkan alamat nombor rosak aplikasi semalam esok hari minggu bulan dua kali \
         lagi baru sahaja je awak encik puan oleh kerana supaya seperti lebih banyak semua setiap orang \
         dipulangkan ditangguhkan asyik sendiri saiz kasut",
    ),
    (
        "jv",
        "lan ing saka sing iki iku kuwi ora durung aku kula kowe sampeyan dheweke karo kanggo apa sapa endi \
         kapan piye kepriye nanging utawa yen uga mung banget wis bakal bisa ana matur nuwun tulung saiki \
         wingi sesuk dina teka nganti",
    ),
    (
        "vi",
        "và là không tôi bạn anh chị em của với cho từ đến trong này đó gì ai đâu khi nào sao nhưng hoặc nếu \
         cũng chỉ rất đã đang sẽ có được xin chào cảm ơn một các những đơn hàng chưa vẫn tiền hoàn tài khoản \
         tuần hôm qua nay mai lần hai muốn phải nhận giao",
    ),
    (
        "sw",
        "na ya wa kwa ni la za katika hii hiyo mimi wewe yeye sisi yangu yako lakini au kama pia tu sana \
         tafadhali asante habari ninataka nina iko wapi lini bado sasa leo jana kesho pesa zangu changu \
         nataka naomba ninahitaji hakuna haija siyo sio ndiyo hapana nini nani vipi wala ili kila wote",
    ),
    (
        "yo",
        "ni ti si mo o a wọn wa mi rẹ kò kì yìí náà pẹ̀lú fún láti àti tàbí nítorí ṣé báwo níbo nígbà kí \
         jọ̀ọ́ ẹ ṣeun jẹ́",
    ),
    (
        "ha",
        "da na ta ya ba ne ce shi ita mu ku su wannan wancan don daga zuwa amma ko idan kuma sosai nagode \
         yaya ina yaushe me wa ban kudi",
    ),
    (
        "ht",
        "mwen ou li nou yo se pa nan ak pou ki sa kote kilè kijan poukisa men oswa si tou anpil mèsi bonjou \
         tanpri gen te ap kòmand",
    ),
    (
        "mg",
        "ny sy dia tsy aho ianao izy isika ianareo ireo amin' ho an' avy any inona aiza rahoviana ahoana \
         nahoana iza fa na raha ity koa loatra misaotra salama efa mbola azo entana vola",
    ),
    (
        "so",
        "waa iyo ma aniga adiga isaga innaga kuwa kan tan ku u ka si oo laakiin ama haddii fadlan mahadsanid \
         xaggee goorma sidee waayo kee lacag",
    ),
    (
        "hi",
        "hai hain nahi nahin mera meri mere aap apka aapka kya kab kaise kahan kyun kyu ka ki ke ko se mein \
         aur par lekin agar abhi tak bhi bahut karo kar do raha rahi gaya gayi aaya aayi wapas paise chahiye \
         mujhe hum tha thi ho",
    ),
    (
        "eo",
        "la kaj estas ne mi vi li ŝi ĝi ni ili mia via kun por de en al sur kio kie kiam kiel kial kiu sed aŭ \
         se tiu ĉi ankaŭ tre nur bonvolu dankon saluton havas devis",
    ),
];
