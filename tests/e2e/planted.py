"""Invented values of every kind that a provider must never see, and prompts that hold them."""

VALUES = {
    "person": "Jennifer Whitfield",
    "email": "jennifer.whitfield@northwind-mail.com",
    "card": "5425 2334 3010 9903",
    "phone": "+1 415 736 5000",
    "iban": "DE89 3704 0044 0532 0130 00",
    "ssn": "536-90-4399",
    "address": "81.169.145.72",
    "token": "ghp_" + "x7Qm2Lr9TzB4vKc8Wn1Ys6Hd3Fj5Pg0AuEkR",
    "aws": "AKIA" + "2OGYBAH6QLWRXVTE",
}
"""One value of each kind; secrets are put together here so that no scanner takes this file for a leak."""

ALL = tuple(VALUES.values())

BLOCKED = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
"""A valid address of a wallet; the tests' configuration blocks its kind."""

PROMPT = (
    "Please write to {person} <{email}>. Her card {card} was declined, so phone her on {phone}.\n"
    "We refund to {iban}; her social security number is {ssn}.\n"
    'The script on {address} failed with "403" — \U0001f62c — so here are my keys:\n'
    "export GITHUB_TOKEN={token}\nexport AWS_ACCESS_KEY_ID={aws}\n"
).format(**VALUES)
"""A prompt with every value, quotes, line ends and characters outside the basic plane."""

LANGUAGES = {
    "German": "Bitte schreibe an {email}. Die Karte {card} wurde abgelehnt, Rückruf unter {phone}. IBAN {iban}.",
    "French": "Écris à {email} : la carte {card} a été refusée, rappelle au {phone}. L'IBAN est {iban}.",
    "Spanish": "Escribe a {email}: la tarjeta {card} fue rechazada, llama al {phone}. El IBAN es {iban}.",
    "Polish": "Napisz do {email}: karta {card} została odrzucona, zadzwoń pod {phone}. IBAN: {iban}.",
    "Turkish": "{email} adresine yaz: {card} numaralı kart reddedildi, {phone} numarasını ara. IBAN {iban}.",
    "Russian": "Напиши на {email}: карта {card} отклонена, позвони по {phone}. IBAN {iban}.",
    "Greek": "Γράψε στο {email}: η κάρτα {card} απορρίφθηκε, κάλεσε το {phone}. IBAN {iban}.",
    "Arabic": "اكتب إلى {email} لأن البطاقة {card} رُفضت، واتصل على {phone}. رقم IBAN هو {iban}.",
    "Hebrew": "כתוב אל {email}, הכרטיס {card} נדחה, התקשר אל {phone}. IBAN {iban}.",
    "Hindi": "{email} को लिखें: कार्ड {card} अस्वीकार हुआ, {phone} पर कॉल करें। IBAN {iban}.",
    "Thai": "เขียนถึง {email} บัตร {card} ถูกปฏิเสธ โทร {phone} IBAN {iban}",
    "Japanese": "{email}に書いてください。カード{card}が拒否されました。{phone}に電話を。IBANは{iban}です。",
    "Korean": "{email}로 써 주세요. 카드 {card}가 거절되었으니 {phone}로 전화하세요. IBAN은 {iban}입니다.",
    "Chinese": "请写信给{email}，卡号{card}被拒绝，请致电{phone}。IBAN是{iban}。",
}
"""The same request in several scripts, with and without spaces around the values."""
