; The setup for one person: files, an icon at login, the daemon at login; no rights of an administrator.
;
;   makensis -WX -DVERSION=0.1.0 -DPAYLOAD=folder -DOUTPUT=setup.exe maskwire.nsi
;
; setup.exe /S installs without a window, uninstall.exe /S removes the same way.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include LogicLib.nsh
!include FileFunc.nsh

!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\maskwire"
!define COMMANDS "$LOCALAPPDATA\Microsoft\WindowsApps" ; in the path of every person since Windows 10

Name "maskwire"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\maskwire"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
ShowInstDetails show
ShowUninstDetails show

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "maskwire"
VIAddVersionKey "FileDescription" "Keeps personal data and secrets out of LLM traffic"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "the maskwire developers, Apache-2.0"

Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

; What maskwire itself does; its exit code is left in $0 and shown.
!macro Maskwire words
  nsExec::ExecToLog '"$SYSDIR\cmd.exe" /c ""$INSTDIR\maskwire.cmd" ${words}"'
  Pop $0
  DetailPrint "maskwire ${words}: $0"
!macroend

Section
  ${If} ${FileExists} "$INSTDIR\maskwire.cmd" ; files in use cannot be replaced
    !insertmacro Maskwire "down"
  ${EndIf}
  RMDir /r "$INSTDIR\site"
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateDirectory "${COMMANDS}"
  FileOpen $1 "${COMMANDS}\maskwire.cmd" w
  FileWrite $1 '@"$INSTDIR\maskwire.cmd" %*$\r$\n'
  FileClose $1
  CreateShortcut "$SMPROGRAMS\maskwire.lnk" "$INSTDIR\maskwire.cmd" "open" "" "" SW_SHOWMINIMIZED "" "See what was kept out of LLM traffic"

  WriteRegStr HKCU "${RUN}" "maskwire-tray" '"$SYSDIR\conhost.exe" --headless "$INSTDIR\maskwire-python.exe" -m maskwire_daemon tray'
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "maskwire"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "the maskwire developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0

  !insertmacro Maskwire "service install"
SectionEnd

Section "Uninstall"
  ${IfNot} ${FileExists} "$INSTDIR\maskwire.cmd"
    Abort "There is no maskwire in $INSTDIR."
  ${EndIf}
  ; What files alone cannot take back: proxy settings, the task, certificates in the person's stores.
  !insertmacro Maskwire "capture off"
  !insertmacro Maskwire "service uninstall"
  !insertmacro Maskwire "down"
  !insertmacro Maskwire "trust uninstall --yes"

  DeleteRegValue HKCU "${RUN}" "maskwire-tray"
  DeleteRegKey HKCU "${UNINSTALL}"
  Delete "${COMMANDS}\maskwire.cmd"
  Delete "$SMPROGRAMS\maskwire.lnk"
  RMDir /r "$INSTDIR\site"
  RMDir /r "$INSTDIR\Lib"
  RMDir /r "$INSTDIR\DLLs"
  Delete "$INSTDIR\*.*"
  RMDir "$INSTDIR"
SectionEnd
